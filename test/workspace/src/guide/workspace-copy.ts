import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ROOT } from '../guard/files';

/** Made anew where they are wanted. */
const LEFT_OUT = new Set(['node_modules', '.git', '.nx', 'coverage']);
/** Says for which lockfile packages are installed (tools/bootstrap.mjs). */
const MARKER = '.millrace-lock';
/** Links from here to the projects: in a copy they lead to the copy's own. */
const OWN_LINKS = new Set(['@millrace', '.bin']);

export interface WorkspaceCopy {
  readonly root: string;
  remove(): void;
}

/**
 * All of this workspace in a temporary folder, what is compiled included, to change at will. Installed packages are this
 * workspace's; the projects among them are the copy's.
 */
export function copyWorkspace(): WorkspaceCopy {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'millrace-copy-')));
  for (const name of readdirSync(ROOT)) {
    if (LEFT_OUT.has(name)) continue;
    // With their times, so that only what is changed is compiled.
    cpSync(join(ROOT, name), join(root, name), { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  }
  const installed = join(ROOT, 'node_modules');
  for (const name of readdirSync(installed)) {
    if (name === '.cache' || name === MARKER) continue;
    if (OWN_LINKS.has(name)) copyLinks(join(installed, name), join(root, 'node_modules', name));
    else linkTo(join(installed, name), join(root, 'node_modules'), name);
  }
  const lock = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  writeFileSync(join(root, 'node_modules', MARKER), lock.digest('hex'));
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}

function linkTo(target: string, folder: string, name: string): void {
  mkdirSync(folder, { recursive: true });
  symlinkSync(target, join(folder, name));
}

/** As they are: relative ones lead to what lies there in the copy. */
function copyLinks(from: string, to: string): void {
  for (const name of readdirSync(from)) linkTo(readlinkSync(join(from, name)), to, name);
}
