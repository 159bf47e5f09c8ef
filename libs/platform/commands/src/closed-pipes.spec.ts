import { execFile } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { outliveClosedPipes } from './closed-pipes';

const run = promisify(execFile);
/** The compiled library: a program of its own, as every `cli.ts` is one. */
const LIBRARY = join(__dirname, '../dist/index.js');
const PROGRAM = `
  require(${JSON.stringify(LIBRARY)}).runProgram('Talks.', (program, shell) => program.command('talk').action(async () => {
    for (let line = 0; line < 2000; line += 1) {
      shell.write('line ' + line + '\\n');
      if (line % 100 === 0) await new Promise(setImmediate);
    }
    process.stderr.write('work is done\\n');
    shell.exitWith(7);
  }), ['node', 'talk.js', 'talk']);`;

// The status of the program, not of head; what it says when it dies of it would be on standard error.
const piped = (to: string): Promise<{ stdout: string; stderr: string }> =>
  run('bash', ['-c', `"$0" -e "$1" ${to}; echo "status \${PIPESTATUS[0]}" >&2`, process.execPath, PROGRAM]);

it.each([
  ['standard output', '| head -1', 'line 0\n'],
  ['a reader that reads nothing', '| true', ''],
  ['both streams', '2>&1 | head -1', 'line 0\n'],
])('a program whose %s closes ends quietly, its work done', async (_what, to, seen) => {
  const { stdout, stderr } = await piped(to);
  expect(stdout).toBe(seen);
  expect(stderr).toBe(to.startsWith('2>') ? 'status 7\n' : 'work is done\nstatus 7\n');
});

it('leaves any other error of a stream an error', () => {
  const stream = new EventEmitter();
  outliveClosedPipes([stream]);
  expect(() => stream.emit('error', Object.assign(new Error('disk full'), { code: 'ENOSPC' }))).toThrow('disk full');
  expect(() => stream.emit('error', Object.assign(new Error('closed'), { code: 'EPIPE' }))).not.toThrow();
});
