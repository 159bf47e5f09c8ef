import { useStack } from '@millrace/platform-testing';

import { closeConnections, type Connections } from './connections/connections';
import { createEngine, type Engine } from './runs/engine';
import { runWithUpstream } from './runs/run-upstream';
import { install, seal, seedPeople, type SeedSignal } from './testing/seed';

const DAY = 86_400_000;

/** A night's score of a person, by the run's instant. */
interface Scored {
  readonly score: number | null;
  readonly stage: string;
  readonly previous_score: number | null;
  readonly previous_stage: string | null;
}

const scoreOf = async ({ clickhouse }: Connections, runId: string, person: string): Promise<Scored | undefined> =>
  clickhouse.queryOne<Scored>(
    `select score, stage, previous_score, previous_stage
    from score_history
    inner join lead_score_states using (run_id, entity_id, score, stage)
    where run_id = {run_id: String} and entity_id = {person: String}`,
    { run_id: runId, person },
  );
const partsOf = ({ clickhouse }: Connections, runId: string, person: string): Promise<unknown[]> =>
  clickhouse.query(
    `select component, signal_class, points
    from score_contributions
    where run_id = {run_id: String} and entity_id = {person: String}
    order by component, signal_class, points`,
    { run_id: runId, person },
  );

describe('nights one after another', () => {
  const stack = useStack();
  let connections: Connections;
  let engine: Engine;
  let step = 0;
  // 02:00 in New York.
  const night = (date: string): number => Date.parse(`${date}T06:00:00Z`);
  const sealUntil = (
    date: string,
    signals: readonly SeedSignal[],
    more: Parameters<typeof seal>[4] = {},
  ): Promise<unknown> => seal(connections, ++step, `${date}T05:10:00Z`, signals, more);
  const run = async (date: string) => (await runWithUpstream(engine, 'lead_score', night(date), []))[0];

  beforeAll(async () => {
    connections = await install(stack);
    engine = createEngine(connections);
  });
  afterAll(() => closeConnections(connections));

  it('read the facts of their own instant, whatever was learned since', async () => {
    const facts = { person_id: 'mara', email: 'mara@acme.com' };
    await seedPeople(connections.clickhouse, [{ ...facts, seniority: 'vp', updated_at: '2026-03-01T00:00:00Z' }]);
    await sealUntil('2026-03-10', [{ at: '2026-03-09T15:00Z', type: 'demo_requested', user: 'mara' }]);
    const march = await run('2026-03-10');
    const parts = await partsOf(connections, march.run.run_id, 'mara');
    expect(parts).toContainEqual({ component: 'fit', signal_class: 'seniority', points: 10 });
    await seedPeople(connections.clickhouse, [{ ...facts, seniority: 'intern', updated_at: '2026-03-10T12:00:00Z' }]);
    const again = await run('2026-03-10');
    expect([again.outcome, again.run.run_id]).toEqual(['unchanged', march.run.run_id]);

    // A late signal makes the instant another run; it still does not know of the day after.
    await sealUntil('2026-03-10', [{ at: '2026-03-08T15:00Z', type: 'webinar_attended', user: 'mara' }]);
    const redone = await run('2026-03-10');
    expect(redone.run).toMatchObject({ revision: 2 });
    expect(await partsOf(connections, redone.run.run_id, 'mara')).toContainEqual({
      component: 'fit',
      signal_class: 'seniority',
      points: 10,
    });
    await sealUntil('2026-03-11', []);
    const next = await run('2026-03-11');
    expect(await partsOf(connections, next.run.run_id, 'mara')).not.toContainEqual(
      expect.objectContaining({ signal_class: 'seniority' }),
    );
  });

  it('a person who gains a user id keeps score and stage', async () => {
    await sealUntil('2026-04-10', [{ at: '2026-04-09T15:00Z', type: 'demo_requested', email: 'nina@globex.com' }]);
    const before = await run('2026-04-10');
    const known = await scoreOf(connections, before.run.run_id, 'nina@globex.com');
    expect(known).toMatchObject({ stage: 'mql' });
    await sealUntil('2026-04-11', [
      { at: '2026-04-10T15:00Z', type: 'identify', email: 'nina@globex.com', user: 'n1' },
    ]);
    const after = await run('2026-04-11');
    expect(await scoreOf(connections, after.run.run_id, 'nina@globex.com')).toBeUndefined();
    expect(await scoreOf(connections, after.run.run_id, 'n1')).toMatchObject({
      previous_score: known?.score,
      previous_stage: 'mql',
      stage: 'mql',
    });
  });

  it('a failed upstream changes no score by itself: the run before it is read, and the run says so', async () => {
    const people = Array.from({ length: 22 }, (_, index) => `o${index}`);
    await sealUntil('2026-05-10', [
      ...people.map((user, index): SeedSignal => ({
        at: new Date(night('2026-05-09') - index * DAY).toISOString(),
        type: 'webinar_attended',
        user,
        email: `${user}@initech.com`,
      })),
    ]);
    const first = await run('2026-05-10');
    const ranked = await partsOf(connections, first.run.run_id, 'o0');
    expect(ranked).toContainEqual(expect.objectContaining({ component: 'rfm' }));
    await sealUntil('2026-05-11', []);
    for (const model of ['accounts_as_of', 'people_as_of', 'intent']) {
      await engine.job(model).run(night('2026-05-11'), []);
    }
    const { run: without } = await engine.job('lead_score').run(night('2026-05-11'), []);
    expect(without).toMatchObject({ is_partial: true, missing: ['rfm'] });
    expect(without.inputs?.['rfm']).toEqual(first.run.inputs?.['rfm']);
    const rfmOf = (parts: readonly unknown[]): unknown[] =>
      parts.filter((part) => (part as { component: string }).component === 'rfm');
    expect(rfmOf(await partsOf(connections, without.run_id, 'o0'))).toEqual(rfmOf(ranked));
  });

  it('windows that are sealed anew from Kafka count no row twice', async () => {
    const signals: readonly SeedSignal[] = [
      { at: '2026-06-08T15:00Z', type: 'demo_requested', user: 'omar', id: 'r1' },
      { at: '2026-06-09T15:00Z', type: 'page_viewed', path: '/pricing', user: 'omar', id: 'r2' },
      { at: '2026-06-09T16:00Z', type: 'webinar_attended', user: 'omar', id: 'r3' },
    ];
    await sealUntil('2026-06-10', signals);
    const once = await run('2026-06-10');
    const counts = (): Promise<unknown[]> =>
      connections.clickhouse.query(
        `select day, signal_class, count from person_days where identity = 'omar' order by day, signal_class`,
      );
    const counted = await counts();
    const replayed = { from: Date.parse('2026-06-08T00:00Z'), to: Date.parse('2026-06-10T00:00Z') };
    await sealUntil('2026-06-10', signals, { reason: 'rebuild', rebuild: replayed });
    const twice = await run('2026-06-10');
    expect(twice.run).toMatchObject({ revision: once.run.revision + 1, step });
    expect(await counts()).toEqual(counted);
    expect(await partsOf(connections, twice.run.run_id, 'omar')).toEqual(
      await partsOf(connections, once.run.run_id, 'omar'),
    );
    expect(await scoreOf(connections, twice.run.run_id, 'omar')).toEqual(
      await scoreOf(connections, once.run.run_id, 'omar'),
    );
  });
});
