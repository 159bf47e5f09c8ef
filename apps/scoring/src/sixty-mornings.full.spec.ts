import { SIXTY_MORNINGS, type Morning } from '@millrace/catalog-models/testing';
import { useStack } from '@millrace/platform-testing';

import { closeConnections, type Connections } from './connections/connections';
import { createEngine, type Engine } from './runs/engine';
import { runWithUpstream } from './runs/run-upstream';
import { install, seal, seedAccounts, seedPeople, type SeedSignal } from './testing/seed';

jest.setTimeout(1_800_000);

const ann = { user: 'ann', email: 'ann@acme.com' } as const;
/** `hours`: of the day in UTC, far enough from one another that no two pages are one visit. */
const did = (day: string, hours: readonly number[], what: Pick<SeedSignal, 'type' | 'path' | 'properties'>) =>
  hours.map((hour): SeedSignal => ({ at: `${day}T${hour}:00:00Z`, ...ann, ...what }));
const SIGNALS: readonly SeedSignal[] = [
  ...did('2026-02-10', [15], { type: 'email_clicked' }),
  ...did('2026-03-03', [15, 17], { type: 'email_opened' }),
  ...did('2026-03-06', [15], { type: 'demo_requested' }),
  ...did('2026-03-07', [15, 17, 19], { type: 'page_viewed', path: '/pricing' }),
  ...did('2026-03-08', [13, 14, 15, 16, 17, 18, 19], { type: 'feature_used', properties: { feature: 'report_built' } }),
  ...did('2026-03-09', [15], { type: 'webinar_attended' }),
];

describe('sixty mornings after much interest', () => {
  const stack = useStack();
  let connections: Connections;
  let engine: Engine;
  beforeAll(async () => {
    connections = await install(stack, { TIME_ZONE: 'America/New_York' });
    engine = createEngine(connections);
    const updated_at = '2026-01-01T00:00:00Z';
    const acme = { account_id: 'acme', domain: 'acme.com', industry: 'software', employees: 500, country: 'US' };
    await seedAccounts(connections.clickhouse, [{ ...acme, updated_at }]);
    await seedPeople(connections.clickhouse, [
      {
        person_id: 'ann',
        email: ann.email,
        email_domain: 'acme.com',
        account_id: 'acme',
        seniority: 'director',
        updated_at,
      },
    ]);
  });
  afterAll(() => closeConnections(connections));

  it('each scheduled run gives the score and the stage of that morning, and its grade and fit stay', async () => {
    const seen: Morning[] = [];
    const kept = new Set<string>();
    for (const [index, { date }] of SIXTY_MORNINGS.entries()) {
      const tick = Date.parse(`${date}T06:00:00Z`);
      const job = engine.job('lead_score');
      expect(job.ticker.isTick(tick)).toBe(true);
      await seal(connections, index + 1, `${date}T05:10:00Z`, index === 0 ? SIGNALS : []);
      await connections.chain.refresh();
      expect(job.readiness(tick)).toEqual({ isReady: true, missing: [] });
      const [{ outcome, run }] = await runWithUpstream(engine, 'lead_score', tick, []);
      expect({ outcome, missing: run.missing, date: run.as_of_date }).toEqual({
        outcome: 'published',
        missing: [],
        date,
      });
      const [row, ...others] = await connections.clickhouse.query<Morning & { grade: string; fit: number }>(
        `select toString(as_of_date) as date, score, stage, grade, fit_points as fit
        from lead_score_states final
        where run_id = {run_id: String} and entity_id = 'ann'`,
        { run_id: run.run_id },
      );
      expect(others).toEqual([]);
      if (row === undefined) throw new Error(`nothing about ann on ${date}`);
      seen.push({ date: row.date, score: row.score, stage: row.stage });
      kept.add(`${row.grade} ${row.fit}`);
    }
    expect(seen).toEqual(SIXTY_MORNINGS);
    expect([...kept]).toEqual(['A 27']);
  });
});
