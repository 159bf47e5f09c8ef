import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { leadScore } from '@millrace/catalog-models';
import { useStack } from '@millrace/platform-testing';

import { readScoringConfig } from './app.config';
import { closeConnections, type Connections } from './connections/connections';
import { explainPerson } from './explain/explain-person';
import { explanationInLines } from './explain/explanation-lines';
import { createEngine, type Engine } from './runs/engine';
import type { RunOutcome } from './runs/run-model';
import { runWithUpstream } from './runs/run-upstream';
import type { Publication } from './connections/publications-log';
import { nextNumber, publishSettings } from './settings/publish-settings';
import { createSettingsDesk, type SettingsDesk } from './settings/settings-desk';
import { install, seal, seedPeople } from './testing/seed';

jest.setTimeout(1_200_000);

// 02:00 in New York, two nights.
const FIRST = Date.parse('2026-11-23T07:00:00Z');
const SECOND = Date.parse('2026-11-24T07:00:00Z');
const PEOPLE = Array.from({ length: 6 }, (_, index) => index);

describe('published settings', () => {
  const stack = useStack();
  const folder = mkdtempSync(join(tmpdir(), 'millrace-settings-'));
  let connections: Connections;
  let engine: Engine;
  let first: RunOutcome;

  const deskOf = (publications: Connections['publications']): SettingsDesk =>
    createSettingsDesk({ publications, folder, zone: 'America/New_York', now: () => Date.now() });
  /** A settings file with another weight of a demo request. */
  const fileWith = (weight: number): string => {
    const file = join(folder, `weight-${weight}.txt`);
    const text = readFileSync(join(folder, 'lead_score.yaml'), 'utf8');
    const changed = text.replace(/(demo_request:\s*\{?\s*\n?\s*weight:\s*)\d+/, `$1${weight}`);
    writeFileSync(file, changed);
    return file;
  };
  const run = async (asOf: number): Promise<RunOutcome> => (await runWithUpstream(engine, 'lead_score', asOf, []))[0];
  const saidOf = (runId: string): Promise<unknown> =>
    connections.clickhouse.queryOne(
      'select settings_hash, settings_author, settings_note from score_runs where run_id = {run_id: String}',
      { run_id: runId },
    );
  const decision = (note: string, countsFrom?: number) => ({ author: 'ana', note, countsFrom });

  beforeAll(async () => {
    cpSync(readScoringConfig({}).MODELS_CONFIG_DIR, folder, { recursive: true });
    connections = await install(stack, { MODELS_CONFIG_DIR: folder, MODELS_AUTO_PUBLISH: 'false' });
    engine = createEngine(connections);
    await seedPeople(
      connections.clickhouse,
      PEOPLE.map((index) => ({
        person_id: `u${index}`,
        email: `${index}@acme.example`,
        updated_at: '2026-01-01T00:00:00Z',
      })),
    );
    await seal(
      connections,
      1,
      '2026-11-24T06:10:00Z',
      PEOPLE.map((index) => ({ at: '2026-11-20T15:00Z', type: 'demo_requested', user: `u${index}` })),
    );
    first = await run(FIRST);
  });
  afterAll(async () => {
    await closeConnections(connections);
    rmSync(folder, { recursive: true });
  });

  it('are the files at the first start, and a run names them', async () => {
    const [publication] = await deskOf(connections.publications).history(leadScore);
    expect(publication).toMatchObject({ author: 'file', counts_from: 0, hash: first.run.settings_hash });
    expect(first.run.settings_offset).toBe(publication?.offset);
    expect(await saidOf(first.run.run_id)).toEqual({
      settings_hash: first.run.settings_hash,
      settings_author: 'file',
      settings_note: 'the file at the first start',
    });
  });

  it('a changed file changes nothing until it is published, and the run says so', async () => {
    writeFileSync(join(folder, 'lead_score.yaml'), readFileSync(fileWith(29), 'utf8'));
    const { run: same, outcome, notes } = await run(FIRST);
    expect([outcome, same.run_id]).toEqual(['unchanged', first.run.run_id]);
    expect(notes.join()).toMatch(/file of lead_score differs .*demo_request.weight 30 -> 29/);
    const { diff } = await deskOf(connections.publications).propose(leadScore);
    expect(diff.changes).toEqual([{ path: 'engagement.classes.demo_request.weight', from: 30, to: 29 }]);
    expect(diff.affected).toContain('account_score');
  });

  it('published, they count for the runs from then on, with who and why; a rerun of before is as it was', async () => {
    const desk = deskOf(connections.publications);
    const { publication, outcome } = await desk.publish(leadScore, decision('demos are not worth that', SECOND));
    expect(outcome).toBe('published');
    const second = await run(SECOND);
    expect([second.run.settings_hash, second.run.settings_offset]).toEqual([publication?.hash, publication?.offset]);
    expect(await saidOf(second.run.run_id)).toMatchObject({
      settings_author: 'ana',
      settings_note: 'demos are not worth that',
    });
    const lines = explanationInLines(await explainPerson(connections.clickhouse, 'lead_score', 'u1')).join('\n');
    expect(lines).toContain('published by ana: demos are not worth that');
    const again = await run(FIRST);
    expect([again.outcome, again.run.run_id]).toEqual(['unchanged', first.run.run_id]);
    expect(await desk.publish(leadScore, decision('again'))).toMatchObject({ outcome: 'unchanged', publication: null });
  });

  it('of two who publish at once the first wins, and the other learns who it was', async () => {
    const other = await install(stack, { MODELS_CONFIG_DIR: folder, MODELS_AUTO_PUBLISH: 'false' });
    try {
      const number = nextNumber(connections.publications.of('lead_score'));
      const publishes = async ({ publications }: Connections, author: string, weight: number): Promise<Publication> => {
        const { parsed } = await deskOf(publications).propose(leadScore, fileWith(weight));
        const given = { author, note: 'at once', own: parsed.own, countsFrom: SECOND, now: Date.now() };
        return publishSettings(publications, { model: 'lead_score', number, ...given });
      };
      const both = await Promise.allSettled([publishes(connections, 'ana', 20), publishes(other, 'ben', 21)]);
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const [won] = both.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
        reason: { code: 'DECISION_LOST', message: expect.stringContaining(`${won?.author} published`) as string },
      });
      for (const { publications } of [connections, other]) {
        const history = await deskOf(publications).history(leadScore);
        expect(history.at(-1)).toEqual(won);
      }
    } finally {
      await closeConnections(other);
    }
  });

  it('a rollback publishes what was published before', async () => {
    const desk = deskOf(connections.publications);
    const { publication } = await desk.rollback(leadScore, decision('back'), first.run.settings_hash.slice(0, 8));
    expect(publication).toMatchObject({ hash: first.run.settings_hash, note: 'back', number: 3 });
    await expect(desk.rollback(leadScore, decision('where to'), 'nowhere')).rejects.toThrow(/--to: no publication/);
    const third = await run(publication?.counts_from ?? 0);
    expect(third.run.settings_hash).toBe(first.run.settings_hash);
    expect(await saidOf(third.run.run_id)).toMatchObject({ settings_note: 'back' });
  });
});
