// Makes a checkout runnable: dependencies as the lockfile says, then compiled code. Node's built-ins only, since it runs
// before anything is installed. Does nothing when nothing changed.
//   node tools/bootstrap.mjs [--install-only]
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const marker = join(root, 'node_modules/.millrace-lock');
const env = {
  ...process.env,
  NX_DAEMON: 'false',
  NX_TUI: 'false',
  HUSKY: process.env.CI ? '0' : (process.env.HUSKY ?? ''),
};

// `npm run demo 2>&1 | head -1`: nobody reads any more, what was asked for goes on.
process.stderr.on('error', () => undefined);
const say = (text) => process.stderr.write(`${text}\n`);
const run = (what, command, args) => {
  const { status, error } = spawnSync(command, args, { cwd: root, env, stdio: ['ignore', 2, 2] });
  if (status === 0) return;
  say(`${what} failed${error === undefined ? '' : ` (${error.message})`}: what it printed above says why.`);
  process.exit(1);
};

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 11)) {
  say(
    `Node.js ${process.versions.node} is too old: install Node.js 20.19 or newer (https://nodejs.org), then run this again.`,
  );
  process.exit(1);
}

const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');
if (!existsSync(marker) || readFileSync(marker, 'utf8') !== lock) {
  say('Installing dependencies (about 330 MB to download, 1.2 GB on disk, once per lockfile) ...');
  run('Installing', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(marker, lock);
}

if (!process.argv.includes('--install-only')) {
  say('Compiling (only what changed) ...');
  run('Compiling', process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b']);
  run('Copying', process.execPath, [join(root, 'tools/copy-assets.mjs')]);
}
