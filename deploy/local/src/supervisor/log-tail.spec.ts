import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logTail, reasonIn, sizeOf } from './log-tail';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-log-'));
  file = join(folder, 'a.log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const CONFIG = 'CONFIG_INVALID: The environment of windowing has a problem. Set the variables named and start again.';

it.each<[string, string[], string | undefined]>([
  [
    'what a service says in full',
    ['{"level":"info","msg":"x"}', CONFIG, '{"level":"error","msg":"shutdown failed"}'],
    CONFIG,
  ],
  ['the first of several', [CONFIG, 'KAFKA_UNAVAILABLE: away.'], CONFIG],
  [
    'else the last severe line',
    ['{"level":"fatal","msg":"uncaught error"}', '{"level":"info","msg":"bye"}'],
    'fatal: uncaught error',
  ],
  ['of Java too', ['[x] INFO ok', '[x] ERROR Disk full', '\tat a.B(C.java:1)'], '[x] ERROR Disk full'],
  ['else the last line', ['one', 'two', '    at f (a.js:1:1)', ''], 'two'],
  ['nothing of an empty log', [], undefined],
])('gives as reason %s', (_what, lines, expected) => {
  writeFileSync(file, lines.join('\n'));
  expect(reasonIn(file)).toBe(expected);
});

it('looks only at what was written since a process began', () => {
  writeFileSync(file, 'OLD_ERROR: of an earlier process.\n');
  const from = sizeOf(file);
  appendFileSync(file, 'new\n');
  expect([reasonIn(file, from), logTail(file, { from })]).toEqual(['new', ['new']]);
});

it('has nothing to say of a file that is not there', () => {
  expect([sizeOf(file), logTail(file), reasonIn(file)]).toEqual([0, [], undefined]);
});
