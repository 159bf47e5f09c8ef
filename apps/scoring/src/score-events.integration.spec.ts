import { useStack } from '@millrace/platform-testing';

import { ackEntity, endAcks, listAcks } from './acks/acks';
import { closeConnections, type Connections } from './connections/connections';
import { createEngine, type Engine } from './runs/engine';
import { runWithUpstream } from './runs/run-upstream';
import { install, seal, seedPeople } from './testing/seed';

// 02:00 in New York, two nights.
const FIRST = Date.parse('2026-11-23T07:00:00Z');
const SECOND = Date.parse('2026-11-24T07:00:00Z');
const PEOPLE = ['still', 'rises', 'rises2', 'rises3'];

describe('crossings', () => {
  const stack = useStack();
  let connections: Connections;
  let engine: Engine;

  beforeAll(async () => {
    connections = await install(stack, { RUN_CHUNK_SIZE: '2', RUN_CHUNKS_PER_QUERY: '1' });
    engine = createEngine(connections);
    await seedPeople(
      connections.clickhouse,
      PEOPLE.map((id) => ({ person_id: id, email: `${id}@acme.example`, updated_at: '2026-01-01T00:00:00Z' })),
    );
    await seal(
      connections,
      1,
      '2026-11-24T06:10:00Z',
      PEOPLE.map((user) => ({
        at: user === 'still' ? '2026-11-20T15:00Z' : '2026-11-23T15:00Z',
        type: 'demo_requested',
        user,
      })),
    );
  });
  afterAll(() => closeConnections(connections));

  const eventsOf = (runId: string): Promise<Record<string, unknown>[]> =>
    connections.clickhouse.query(
      `select entity_id, event, from_state, to_state, event_id
      from score_events_of(run_id = {run_id: String})
      order by entity_id`,
      { run_id: runId },
    );
  const crossings = (): Promise<Record<string, unknown>[]> =>
    connections.clickhouse.query(
      'select run_id, entity_id, to_state, event_id from score_crossings order by entity_id',
    );
  const dieAt = (call: number) => {
    let calls = 0;
    return () => {
      calls += 1;
      if (calls === call) throw new Error('killed');
    };
  };

  it('a first run has none: nobody came from anywhere', async () => {
    const [{ run }] = await runWithUpstream(engine, 'lead_score', FIRST, []);
    expect(run.events).toMatchObject({ count: 0 });
    expect(await crossings()).toEqual([]);
  });

  it('a change of stage is one, however often its chunk is written and whenever the run dies', async () => {
    const { clickhouse } = connections;
    for (const name of ['accounts_as_of', 'people_as_of', 'rfm']) await engine.job(name).run(SECOND, []);
    const job = engine.job('lead_score');
    // After its first chunk; then, with the second written as well, before its record.
    await expect(job.run(SECOND, [], dieAt(2))).rejects.toThrow('killed');
    await expect(job.run(SECOND, [], dieAt(2))).rejects.toThrow('killed');
    expect(await crossings()).toEqual([]);
    const half = await clickhouse.query<{ run_id: string }>(
      `select distinct run_id from score_rows where as_of_date = '2026-11-24' and model = 'lead_score'`,
    );
    // The rows of every chunk are gone: each is written once more, its crossings as well.
    await clickhouse.command(
      "alter table score_rows delete where as_of_date = '2026-11-24' and model = 'lead_score' settings mutations_sync = 1",
    );
    const { outcome, run } = await job.run(SECOND, []);
    expect([outcome, run.run_id]).toEqual(['published', half[0]?.run_id]);
    expect(run.events).toEqual({ count: 3, checksum: expect.stringMatching(/-3$/) as string });
    expect((await eventsOf(run.run_id)).map(({ event_id: _, ...event }) => event)).toEqual(
      ['rises', 'rises2', 'rises3'].map((entity_id) => ({
        entity_id,
        event: 'stage_changed',
        from_state: 'none',
        to_state: 'mql',
      })),
    );
    const written = await clickhouse.queryOne<{ rows: number }>(
      'select count() as rows from score_events where run_id = {run_id: String}',
      { run_id: run.run_id },
    );
    expect(written?.rows).toBeGreaterThanOrEqual(3);
    expect((await crossings()).map((row) => row['run_id'])).toEqual([run.run_id, run.run_id, run.run_id]);
    const mirrored = await clickhouse.query(
      "select event_count, events_checksum from score_runs where model = 'lead_score' order by as_of",
    );
    expect(mirrored).toEqual([
      { event_count: 0, events_checksum: expect.stringMatching(/-0$/) as string },
      { event_count: 3, events_checksum: run.events?.checksum },
    ]);
  });

  it('of a run that is not published are seen by its id only, and are the same', async () => {
    const before = await crossings();
    const { run: tried } = await engine.job('lead_score').try(SECOND, { purpose: 'what_if' });
    expect(tried.events).toMatchObject({ count: 3 });
    expect((await eventsOf(tried.run_id)).map((row) => row['event_id'])).toEqual(before.map((row) => row['event_id']));
    expect(await crossings()).toEqual(before);
  });

  it('are silenced for whom somebody acknowledged, up to the day that was said and until that is undone', async () => {
    const { clickhouse } = connections;
    const silenced = async (): Promise<Record<string, unknown>> => {
      const rows = await clickhouse.query<{ entity_id: string; silenced_until: string | null }>(
        'select entity_id, silenced_until from score_crossings order by entity_id',
      );
      return Object.fromEntries(rows.map(({ entity_id, silenced_until }) => [entity_id, silenced_until]));
    };
    const ack = (entity: string, until: string, kind?: string): Promise<unknown> =>
      ackEntity(clickhouse, { entity, until, kind, note: 'is being called', author: 'a spec' });
    await ack('rises', '2026-11-24');
    await ack('rises2', '2026-11-23', 'person');
    expect(await silenced()).toEqual({ rises: '2026-11-24', rises2: null, rises3: null });
    expect(await endAcks(clickhouse, 'rises', 'a spec')).toMatchObject([{ entity_id: 'rises', until: '2026-11-24' }]);
    expect(await silenced()).toEqual({ rises: null, rises2: null, rises3: null });
    expect(await listAcks(clickhouse)).toMatchObject([{ entity_kind: 'person', entity_id: 'rises2' }]);
    await expect(ack('nobody', '2026-11-24')).rejects.toMatchObject({ code: 'ENTITY_UNKNOWN' });
    await expect(ack('rises', '2026-11-24', 'account')).rejects.toMatchObject({ code: 'ENTITY_UNKNOWN' });
  });

  it('of an instant that is redone are those of its newest run, under the ids of before', async () => {
    const before = await crossings();
    await seal(connections, 2, '2026-11-24T06:20:00Z', [
      { at: '2026-11-23T16:00Z', type: 'webinar_attended', user: 'rises' },
    ]);
    const [{ run }] = await runWithUpstream(engine, 'lead_score', SECOND, []);
    expect(run.revision).toBe(2);
    const after = await crossings();
    expect(after.map((row) => row['event_id'])).toEqual(before.map((row) => row['event_id']));
    expect(new Set(after.map((row) => row['run_id']))).toEqual(new Set([run.run_id]));
  });
});
