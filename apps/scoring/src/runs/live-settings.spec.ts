import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { leadScore, MODELS, personDays } from '@millrace/catalog-models';
import type { KafkaLog } from '@millrace/platform-kafka';

import { createLiveSettings } from './live-settings';

const said: string[] = [];
const say = (level: string) => (_fields: object, message: string) => void said.push(`${level}: ${message}`);
const log = { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') } as unknown as KafkaLog;

let folder: string;
const write = (model: string, text: string): void => writeFileSync(join(folder, `${model}.yaml`), text);
const lookBack = (days: number): string => `look_back_days: ${days}\n`;
const inactivity = (minutes: number): string => `session: { inactivity_minutes: ${minutes} }\n`;

beforeEach(() => {
  said.length = 0;
  folder = mkdtempSync(join(tmpdir(), 'millrace-settings-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('a run uses what the file says when it begins', () => {
  write('lead_score', lookBack(60));
  const settings = createLiveSettings(folder, MODELS, log);
  const before = settings.of(leadScore);
  write('lead_score', lookBack(30));
  expect(settings.of(leadScore)).toBe(before);
  expect(settings.refresh()).toEqual([]);
  expect(settings.of(leadScore).settings).toMatchObject({ look_back_days: 30 });
  expect(settings.of(leadScore).hash).not.toBe(before.hash);
  expect(said).toEqual(['info: runs use changed settings from now']);
});

it('says nothing when only a comment changed', () => {
  write('lead_score', lookBack(60));
  const settings = createLiveSettings(folder, MODELS, log);
  write('lead_score', `# a thought\n${lookBack(60)}`);
  expect(settings.refresh()).toEqual([]);
  expect(said).toEqual([]);
});

it.each([
  ['is no YAML', (): void => write('lead_score', 'stages: [')],
  ['names what does not exist', (): void => write('lead_score', 'look_bakc_days: 30\n')],
  ['is gone', (): void => renameSync(join(folder, 'lead_score.yaml'), join(folder, 'lead_score.bak'))],
])('a file that %s changes nothing, of any model, and is complained about each time', (_what, spoil) => {
  write('lead_score', lookBack(60));
  write('person_days', inactivity(30));
  const settings = createLiveSettings(folder, MODELS, log);
  const before = [settings.of(leadScore), settings.of(personDays)];
  write('person_days', inactivity(45));
  spoil();
  for (const time of [1, 2]) {
    expect(settings.refresh()).toEqual([expect.stringContaining('settings: the files are wrong, those of before')]);
    expect([settings.of(leadScore), settings.of(personDays)]).toEqual(before);
    expect(said).toHaveLength(time);
    expect(said.at(-1)).toMatch(/^error: .*lead_score/);
  }
  write('lead_score', lookBack(60));
  expect(settings.refresh()).toEqual([]);
  expect(settings.of(personDays).settings).toMatchObject({ session: { inactivity_minutes: 45 } });
});

it('refuses a wrong file at the start', () => {
  write('lead_score', 'look_bakc_days: 30\n');
  expect(() => createLiveSettings(folder, MODELS, log)).toThrow(/look_bakc_days/);
});
