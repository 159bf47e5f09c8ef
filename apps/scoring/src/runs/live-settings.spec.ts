import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { leadScore, MODELS, personDays } from '@millrace/catalog-models';
import type { KafkaLog } from '@millrace/platform-kafka';

import type { PublicationsLog } from '../connections/publications-log';
import type { FilesPublished } from '../settings/publish-files';
import { publicationsInMemory } from '../testing/publications-in-memory';
import { createLiveSettings, type LiveSettings } from './live-settings';

const said: string[] = [];
const say = (level: string) => (_fields: object, message: string) => void said.push(`${level}: ${message}`);
const log = { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') } as unknown as KafkaLog;

let folder: string;
let publications: PublicationsLog;
const write = (model: string, text: string): void => writeFileSync(join(folder, `${model}.yaml`), text);
const lookBack = (days: number): string => `look_back_days: ${days}\n`;
const inactivity = (minutes: number): string => `session: { inactivity_minutes: ${minutes} }\n`;
const start = (publishes: FilesPublished = 'changed'): LiveSettings =>
  createLiveSettings({ folder, models: MODELS, publications, publishes, log });
const days = (settings: LiveSettings, instant?: number): unknown =>
  (settings.of(leadScore, instant).settings as { look_back_days: number }).look_back_days;
const authors = (): string[] => publications.of('lead_score').map(({ author }) => author);

beforeEach(() => {
  said.length = 0;
  folder = mkdtempSync(join(tmpdir(), 'millrace-settings-'));
  publications = publicationsInMemory();
});
afterEach(() => rmSync(folder, { recursive: true }));

it('what is published first counts for every instant: the file, or the defaults where there is none', async () => {
  write('lead_score', lookBack(60));
  const settings = start();
  expect([days(settings), settings.of(leadScore).publication]).toEqual([60, null]);
  await settings.refresh(500);
  expect(publications.all()).toHaveLength(MODELS.length);
  expect(authors()).toEqual(['file']);
  expect(publications.of('person_days')).toMatchObject([{ author: 'install', counts_from: 0 }]);
  expect(days(settings, 0)).toBe(60);
  expect(said).toEqual([]);
});

it('a changed file counts from the tick that found it, in every process', async () => {
  write('lead_score', lookBack(60));
  const [settings, other] = [start(), start()];
  await settings.refresh(500);
  await other.refresh(500);
  write('lead_score', lookBack(30));
  expect(days(settings)).toBe(60);
  expect(await settings.refresh(2_000)).toEqual([]);
  await other.refresh(2_000);
  for (const one of [settings, other]) expect([days(one, 1_999), days(one, 2_000), days(one)]).toEqual([60, 30, 30]);
  expect(authors()).toEqual(['file', 'file']);
  expect(said).toEqual(['info: a changed file is published: lead_score uses it from now']);
});

it('says nothing when only a comment changed', async () => {
  write('lead_score', lookBack(60));
  const settings = start();
  await settings.refresh(500);
  write('lead_score', `# a thought\n${lookBack(60)}`);
  expect(await settings.refresh(2_000)).toEqual([]);
  expect([authors(), said]).toEqual([['file'], []]);
});

it('a restart undoes nothing that was published since, and says once that the file differs', async () => {
  write('lead_score', lookBack(60));
  await start().refresh(500);
  write('lead_score', lookBack(30));
  const settings = start();
  await settings.refresh(2_000);
  const [first] = publications.of('lead_score');
  await publications.append({ ...first!, author: 'ana', counts_from: 3_000 }, 2);
  for (const process of [settings, start(), start()]) {
    await process.refresh(4_000);
    await process.refresh(5_000);
    expect(days(process)).toBe(60);
  }
  expect(authors()).toEqual(['file', 'file', 'ana']);
  expect(said.filter((line) => line.startsWith('warn'))).toHaveLength(3);
  expect(said.at(-1)).toMatch(/the file of lead_score differs from what ana published .* look_back_days 60 -> 30/);
  expect(settings.unpublished(leadScore)).toEqual([]);
  write('lead_score', lookBack(45));
  await settings.refresh(6_000);
  expect(days(settings)).toBe(45);
});

it.each<[FilesPublished, number]>([
  ['never', 60],
  ['always', 30],
])('publishes files %s', async (publishes, expected) => {
  write('lead_score', lookBack(60));
  await start().refresh(500);
  write('lead_score', lookBack(30));
  const settings = start(publishes);
  await settings.refresh(2_000);
  expect(days(settings)).toBe(expected);
  const isLive = expected === 30;
  expect(settings.differences(leadScore)).toHaveLength(isLive ? 0 : 1);
  expect(settings.unpublished(leadScore)).toEqual(isLive ? [] : [{ path: 'look_back_days', from: 60, to: 30 }]);
});

it('settings that this version does not take are an error of their model alone', async () => {
  write('lead_score', lookBack(60));
  const settings = start('never');
  await settings.refresh(500);
  const [first] = publications.of('lead_score');
  await publications.append({ ...first!, author: 'ana', settings: { look_bakc_days: 30 }, counts_from: 3_000 }, 1);
  expect(await settings.refresh(4_000)).toEqual([]);
  await settings.refresh(5_000);
  expect(days(settings, 2_999)).toBe(60);
  expect(() => settings.of(leadScore)).toThrow(
    /published settings of lead_score do not hold: .*ana published.*look_bakc/s,
  );
  expect(() => settings.of(personDays)).not.toThrow();
  expect(said.filter((line) => line.startsWith('error') && line.includes('of lead_score do not hold'))).toHaveLength(1);
});

it('what a model borrows is what is published of its lender', async () => {
  const borrower = MODELS.find(({ borrows = {} }) => borrows['session'] === personDays)!;
  write('person_days', inactivity(30));
  const settings = start();
  await settings.refresh(500);
  const before = settings.of(borrower);
  write('person_days', inactivity(45));
  await settings.refresh(3_000);
  expect(settings.of(borrower, 2_999)).toEqual(before);
  expect(settings.of(borrower).hash).not.toBe(before.hash);
  expect(settings.of(borrower).settings).toMatchObject({ session: { inactivity_minutes: 45 } });
  expect(settings.of(borrower).own).toEqual(before.own);
});

it.each([
  ['is no YAML', (): void => write('lead_score', 'stages: [')],
  ['names what does not exist', (): void => write('lead_score', 'look_bakc_days: 30\n')],
  ['is gone', (): void => renameSync(join(folder, 'lead_score.yaml'), join(folder, 'lead_score.bak'))],
])('a file that %s changes nothing, of any model, and is complained about each time', async (_what, spoil) => {
  write('lead_score', lookBack(60));
  write('person_days', inactivity(30));
  const settings = start();
  await settings.refresh(500);
  const before = [settings.of(leadScore), settings.of(personDays)];
  write('person_days', inactivity(45));
  spoil();
  for (const time of [1, 2]) {
    expect(await settings.refresh(2_000)).toEqual([expect.stringContaining('settings: the files are wrong')]);
    expect([settings.of(leadScore), settings.of(personDays)]).toEqual(before);
    expect(said).toHaveLength(time);
    expect(said.at(-1)).toMatch(/^error: .*lead_score/);
  }
  write('lead_score', lookBack(60));
  expect(await settings.refresh(2_000)).toEqual([]);
  expect(settings.of(personDays).settings).toMatchObject({ session: { inactivity_minutes: 45 } });
});

it('refuses a wrong file at the start', () => {
  write('lead_score', 'look_bakc_days: 30\n');
  expect(() => start()).toThrow(/look_bakc_days/);
});

it('settings as they are published are read back as they were', async () => {
  const settings = start();
  const before = MODELS.map((model) => settings.of(model).hash);
  await settings.refresh(500);
  expect(MODELS.map((model) => settings.of(model).hash)).toEqual(before);
  expect(
    publications
      .all()
      .map(({ settings: own }) => JSON.stringify(own))
      .join(''),
  ).not.toContain('undefined');
});

it('reading at the start publishes what never was, and leaves a changed file to the next run', async () => {
  write('lead_score', lookBack(60));
  await start().refresh(null);
  expect(authors()).toEqual(['file']);
  write('lead_score', lookBack(30));
  const settings = start();
  await settings.refresh(null);
  expect(days(settings)).toBe(60);
  await settings.refresh(2_000);
  expect([days(settings, 1_999), days(settings, 2_000)]).toEqual([60, 30]);
});
