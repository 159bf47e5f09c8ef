import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readCollectorConfig } from '../app.config';
import { hasSignals, loadInstances, takesWriteKeys } from './load-instances';

const folder = mkdtempSync(join(tmpdir(), 'sources-'));
afterAll(() => rmSync(folder, { recursive: true }));
const fileOf = (name: string, yaml: string): string => {
  writeFileSync(join(folder, name), yaml);
  return join(folder, name);
};
const problemOf = (...files: string[]): string => {
  try {
    loadInstances(files, {});
    return '';
  } catch (error) {
    return (error as Error).message.replaceAll(`${folder}/`, '');
  }
};

it('joins files; what they say of an instance is checked by its type', () => {
  const web = fileOf(
    'web.yaml',
    'sources:\n  - { name: website, type: segment, settings: { drop_types: [screen_viewed] } }',
  );
  const others = fileOf('others.yaml', 'sources: [{ name: crm, type: direct, history: true }]');
  const instances = loadInstances([web, others]);
  expect(instances).toMatchObject([
    { name: 'website', source: { kind: 'http' }, settings: { drop_types: ['screen_viewed'], max_properties: 256 } },
    { name: 'crm', source: null, history: true },
  ]);
  expect(instances.map(hasSignals)).toEqual([true, true]);
  expect(instances.map(takesWriteKeys)).toEqual([true, false]);
});

it.each([
  ['a type that does not exist', '- { name: a, type: segmant }', '"segmant" is not a type: there is segment'],
  ['a type that every object has', '- { name: a, type: constructor }', '"constructor" is not a type: there is'],
  ['a name that is not one', '- { name: A B, type: direct }', 'a name of a-z, 0-9, _ and -'],
  [
    'one name twice',
    '- { name: a, type: direct }\n  - { name: a, type: direct }',
    '"a" stands at sources.yaml:2:7 too',
  ],
  [
    'a setting that does not exist',
    '- { name: a, type: segment, settings: { drop: [] } }',
    'settings.drop: is not known here',
  ],
  [
    'settings of what others write',
    '- { name: a, type: direct, settings: { x: 1 } }',
    'nothing of type direct has settings',
  ],
  [
    'streams of what is not polled',
    '- { name: a, type: segment, streams: { x: { every: 5m } } }',
    'only a type that polls',
  ],
  ['an interval that is not one', '- { name: a, type: segment, streams: { x: { every: 5 } } }', 'streams.x'],
  ['an unknown key', '- { name: a, type: direct, kind: x }', 'sources[0].kind: is not known here'],
])('refuses %s, with its place', (_what, entries, problem) => {
  const said = problemOf(fileOf('sources.yaml', `sources:\n  ${entries}`));
  expect(said).toContain(problem);
  expect(said).toContain('sources.yaml:');
});

it.each([
  ['a cron', "{ cron: 'every day' }"],
  ['a time zone', "{ cron: '0 * * * *', zone: Mars/Base }"],
])('refuses what is not %s, before a stream waits for it', (_what, schedule) => {
  const entry = `- { name: hub, type: hubspot, settings: { token: t }, streams: { contacts: ${schedule} } }`;
  expect(problemOf(fileOf('sources.yaml', `sources:\n  ${entry}`))).toContain('streams.contacts');
});

it('refuses a name of two files, and names both places', () => {
  const one = fileOf('one.yaml', 'sources: [{ name: website, type: segment }]');
  const two = fileOf('two.yaml', 'sources: [{ name: website, type: direct }]');
  expect(problemOf(one, two)).toBe(
    'two.yaml has a mistake:\n  two.yaml:1:13 sources[0].name: "website" stands at one.yaml:1:13 too',
  );
});

it('says what to write instead of the variables that there were', () => {
  const read = () => readCollectorConfig({ COLLECTOR_SOURCES: 'website', COLLECTOR_CLOCK_CORRECTION: 'website:both' });
  expect(read).toThrow('COLLECTOR_SOURCES, COLLECTOR_CLOCK_CORRECTION: a variable does not say this any more');
  expect(read).toThrow(expect.objectContaining({ advice: expect.stringContaining('clock_correction: both') }));
});

it('reads the file that the repository has', () => {
  const { SOURCES_FILES } = readCollectorConfig({});
  const secrets = new Proxy({}, { get: () => undefined });
  expect(loadInstances(SOURCES_FILES, secrets).map(({ name }) => name)).toEqual(
    expect.arrayContaining(['website', 'product', 'retried']),
  );
});
