// Everything that must hold: static checks, then tests on a real stack that is started for this run.
//   node tools/test.mjs            what a change can break, as CI runs it
//   node tools/test.mjs --full     also what is long or wide: *.full.spec.ts, every fault, the million and the simulation
// Ends with the line "N passed, N failed", counted from what ran.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const isFull = process.argv.includes('--full');
const env = {
  ...process.env,
  NX_DAEMON: 'false',
  NX_TUI: 'false',
  FORCE_COLOR: process.env.FORCE_COLOR ?? '0',
  TEST_TIER: isFull ? 'full' : 'quick',
};
const bin = (name) => join(root, 'node_modules/.bin', name);
const started = Date.now();
const clock = () => `${((Date.now() - started) / 1000).toFixed(0).padStart(4)} s`;

const run = (command, args) =>
  spawnSync(command, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;

// The boundary rule reads the project graph that this caches; without it the rule would be skipped in silence.
run(bin('nx'), ['show', 'projects']);

const checks = [
  ['format', bin('prettier'), ['--check', '--log-level', 'warn', '.']],
  ['lint', bin('eslint'), ['.', '--max-warnings', '0']],
  ['dead code', bin('knip'), ['--no-progress', '--no-config-hints']],
];

const onStack = (args) => [
  process.execPath,
  [join(root, 'deploy/local/dist/main.js'), 'exec', '--', process.execPath, ...args],
];

let passed = 0;
let failed = 0;
const check = ([name, command, args]) => {
  process.stdout.write(`[${clock()}] ${name}\n`);
  if (run(command, args)) passed += 1;
  else {
    failed += 1;
    process.stdout.write(`[${clock()}] ${name} FAILED\n`);
  }
};
checks.forEach(check);

const folder = mkdtempSync(join(tmpdir(), 'millrace-test-'));
const report = join(folder, 'jest.json');
process.stdout.write(`[${clock()}] tests, on a stack of their own\n`);
const jest = [bin('jest'), '--ci', '--json', `--outputFile=${report}`, '--maxWorkers=2'];
const isGreen = run(...onStack(jest));
let skipped = 0;
if (existsSync(report)) {
  const result = JSON.parse(readFileSync(report, 'utf8'));
  passed += result.numPassedTests;
  skipped = result.numPendingTests + result.numTodoTests;
  const brokenSuites = result.testResults.filter(
    (suite) => suite.status === 'failed' && suite.assertionResults.length === 0,
  );
  failed += result.numFailedTests + brokenSuites.length;
  if (!isGreen && result.numFailedTests + brokenSuites.length === 0) failed += 1;
} else {
  process.stdout.write('The tests did not run to an end: no report was written.\n');
  failed += 1;
}
rmSync(folder, { recursive: true, force: true });
if (isFull) {
  check(['a million signals under kills', ...onStack([join(root, 'test/faults/dist/million.js')])]);
  const simulation = join(root, 'apps/windowing/dist/simulation/main.js');
  check(['a thousand simulated histories', process.execPath, [simulation, '--histories', '1000']]);
}
process.stdout.write(
  `[${clock()}] done\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
);
process.exit(failed === 0 ? 0 : 1);
