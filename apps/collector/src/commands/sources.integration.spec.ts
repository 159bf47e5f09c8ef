import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { SOURCES, type Source } from '@millrace/catalog-sources';
import { executeProgram } from '@millrace/platform-commands';
import { useStack } from '@millrace/platform-testing';

import { readCollectorConfig } from '../app.config';
import { madeInstance } from '../testing/polling/made-poll-source';
import { environmentOf } from '../testing/run-collector';
import { deploy } from './deploy';
import type { ShownSource } from './sources';
import { addSourcesCommand } from './sources.command';

const stack = useStack();
const outside = { ...process.env };
const folder = mkdtempSync(join(tmpdir(), 'sources-'));
const file = join(folder, 'sources.json');

beforeAll(async () => {
  const made = madeInstance('made', 'http://127.0.0.1:1');
  (SOURCES as Record<string, Source | null>)['made'] = made.source;
  const website = { name: 'website', type: 'segment' };
  writeFileSync(file, JSON.stringify({ sources: [website, { name: 'made', type: 'made', settings: made.settings }] }));
  Object.assign(process.env, environmentOf(stack, { SOURCES_FILES: file }));
  await deploy(readCollectorConfig());
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  process.env = outside;
});

async function run(...argv: string[]): Promise<{ readonly exitCode: number; readonly written: string }> {
  let written = '';
  const write = (text: string): void => void (written += text);
  const exitCode = await executeProgram('collector', addSourcesCommand, ['node', 'cli', 'sources', ...argv], write);
  return { exitCode, written };
}
const shown = async (): Promise<readonly ShownSource[]> =>
  (JSON.parse((await run('--json')).written) as { sources: ShownSource[] }).sources;

it('shows a cursor that was set, as JSON and as a table', async () => {
  expect((await shown()).map(({ source, stream, state }) => [source, stream, state])).toEqual([
    ['website', null, null],
    ['made', 'a', 'never_read'],
    ['made', 'b', 'never_read'],
  ]);
  const { exitCode, written } = await run('reset', 'made', 'a', '--to', '{"after":7}', '--json');
  expect(exitCode).toBe(0);
  expect(JSON.parse(written)).toMatchObject({ source: 'made', stream: 'a', cursor: { after: 7 }, passed_at: null });
  expect((await shown())[1]).toMatchObject({ stream: 'a', state: 'reading', cursor: { after: 7 }, records: 0 });
  expect((await run()).written).toMatch(/^made +made +poll .* a +reading .*\{"after":7\}$/m);
});

it('a reset without a cursor goes to the beginning', async () => {
  expect((await run('reset', 'made', 'a')).exitCode).toBe(0);
  expect((await shown())[1]).toMatchObject({ stream: 'a', cursor: { after: 0 } });
});

it.each([
  ['a source that is not polled', ['website', 'a'], 'SOURCE_UNKNOWN'],
  ['a stream that is not there', ['made', 'c'], 'SOURCE_UNKNOWN'],
  ['a cursor that is not a JSON object', ['made', 'a', '--to', '[1]'], 'USAGE_INVALID'],
  ['a cursor that is too large', ['made', 'a', '--to', JSON.stringify({ after: 'x'.repeat(9_000) })], 'USAGE_INVALID'],
])('refuses to reset %s', async (_what, argv, code) => {
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const { exitCode, written } = await run('reset', ...argv, '--json');
  jest.restoreAllMocks();
  expect(JSON.parse(written)).toMatchObject({ error: { code } });
  expect(exitCode).toBe(2);
});
