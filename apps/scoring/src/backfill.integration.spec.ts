import { tickDoneKey, tickDueKey, tickKey } from '@millrace/contract-score';
import { createClickHouse } from '@millrace/platform-clickhouse';
import { useStack, waitFor } from '@millrace/platform-testing';

import { backfillJob } from './commands/backfill.command';
import { runJob } from './commands/run-job';
import { closeConnections, type Connections } from './connections/connections';
import { readCost } from './runs/run-cost';
import { install, seal, seedPeople } from './testing/seed';

// 02:00 in New York.
const tickOf = (date: string): number => Date.parse(`${date}T07:00:00Z`);
const dateOf = (asOf: number): string => new Date(asOf).toISOString().slice(0, 10);

describe('a backfill', () => {
  const stack = useStack();
  let connections: Connections;

  beforeAll(async () => {
    connections = await install(stack);
    await seedPeople(connections.clickhouse, [
      { person_id: 'u1', email: 'ann@acme.example', updated_at: '2026-01-01T00:00:00Z' },
    ]);
    await seal(connections, 1, '2026-11-25T06:10:00Z', [
      { at: '2026-11-20T15:00Z', type: 'demo_requested', user: 'u1' },
    ]);
    await runJob(connections.config, 'lead_score', { asOf: '2026-11-23' });
  });
  afterAll(() => closeConnections(connections));

  const runsOf = (model: string): Promise<{ date: string; revision: number }[]> =>
    connections.clickhouse.query(
      'select toString(as_of_date) as date, revision from score_runs where model = {model: String} order by log_offset',
      { model },
    );

  it('runs the days of a range that have no run, the oldest first, and leaves those that have one', async () => {
    const said: string[] = [];
    const report = await backfillJob(
      connections.config,
      'lead_score',
      { from: '2026-11-22', to: '2026-11-24' },
      (line) => void said.push(line),
    );
    expect(report.existed.map(dateOf)).toEqual(['2026-11-23']);
    expect(report.left).toEqual([]);
    expect(await runsOf('lead_score')).toEqual(
      ['2026-11-23', '2026-11-22', '2026-11-24'].map((date) => ({ date, revision: 1 })),
    );
    expect(await runsOf('people_as_of')).toEqual(await runsOf('lead_score'));
    expect(said[0]).toBe('2 of 3 instants have no run yet');
    expect(said[1]).toMatch(/^1 of 2: lead_score-20261122T070000Z-/);
  });

  it('counts for no schedule, and no destination hears of it', async () => {
    await connections.scores.refresh();
    const runs = connections.scores.entries().flatMap(({ value }) => (value.kind === 'run' ? [value] : []));
    const made = runs.filter(({ as_of }) => as_of !== tickOf('2026-11-23'));
    expect(made.map(({ deliver }) => deliver)).toEqual(made.map(() => false));
    const [counted] = await connections.clickhouse.query<{ rows: number }>(
      'select countIf(mql_low_runs > 0 or engaged_low_runs > 0) as rows from lead_score_states where as_of_date != {date: Date}',
      { date: '2026-11-23' },
    );
    expect(counted).toEqual({ rows: 0 });
  });

  it('finds nothing to do when it is repeated', async () => {
    const report = await backfillJob(connections.config, 'lead_score', { from: '2026-11-22', to: '2026-11-24' });
    expect([report.made, report.existed.map(dateOf)]).toEqual([[], ['2026-11-22', '2026-11-23', '2026-11-24']]);
  });

  it('steps aside while a replica works on a tick of the schedule', async () => {
    const { scores } = connections;
    const tick = { job: 'rfm', scheduled_at: tickOf('2026-11-25') };
    await scores.propose(tickDueKey('rfm', tick.scheduled_at), { kind: 'tick_due', ...tick, noted_at: Date.now() });
    await scores.propose(tickKey('rfm', tick.scheduled_at, 0), {
      kind: 'tick',
      ...tick,
      epoch: 0,
      replica: 'another',
      claimed_at: Date.now(),
    });
    const said: string[] = [];
    const range = { from: '2026-11-21', to: '2026-11-21' };
    const running = backfillJob({ ...connections.config, TICK_LEASE_SECONDS: 3_600 }, 'intent', range, (line) => {
      said.push(line);
    });
    await waitFor('the backfill to step aside', () => said.includes('stepping aside for rfm@2026-11-25T07:00:00.000Z'));
    expect((await runsOf('intent')).filter(({ date }) => date === '2026-11-21')).toEqual([]);
    await scores.propose(tickDoneKey('rfm', tick.scheduled_at), {
      kind: 'tick_done',
      ...tick,
      outcome: 'skipped',
      reason: 'the spec says so',
      replica: 'another',
      decided_at: Date.now(),
    });
    expect((await running).made.map(({ run }) => run.model)).toEqual(['accounts_as_of', 'intent']);
  });

  it('leaves instants whose windows are not sealed, and says which', async () => {
    const { made, left } = await backfillJob(connections.config, 'rfm', { from: '2026-11-25', to: '2026-11-26' });
    expect(made.filter(({ run }) => run.model === 'rfm').map(({ run }) => run.as_of_date)).toEqual(['2026-11-25']);
    expect(left).toEqual([{ as_of: tickOf('2026-11-26'), reason: expect.stringMatching(/^not sealed: 2026-11-25T/) }]);
  });

  it.each([
    { from: '2026-11-24', to: '2026-11-22', says: /has 0 ticks from 2026-11-24 to 2026-11-22/ },
    { from: 'yesterday-ish', says: /--from/ },
    { from: '2999-01-01', says: /--from/ },
  ])('refuses a range that cannot be run: $from to $to', async ({ says, ...range }) => {
    await expect(backfillJob(connections.config, 'lead_score', range)).rejects.toThrow(says);
  });

  it('each run has what ClickHouse spent on it, as the server itself counts', async () => {
    const rows = await connections.clickhouse.query<Record<string, number>>(
      "select rows_read, bytes_read, clickhouse_cpu_ms, peak_bytes from score_runs where model = 'lead_score'",
    );
    expect(rows.length).toBeGreaterThan(2);
    for (const row of rows) for (const figure of Object.values(row)) expect(figure).toBeGreaterThan(0);
  });

  it('a user who may not read the query log is told so, and no run fails', async () => {
    const analyst = createClickHouse({ url: stack.clickhouseUrl, database: stack.database, username: 'analyst' });
    try {
      expect(await readCost(analyst, 'any')).toEqual(expect.stringContaining('SYSTEM FLUSH LOGS'));
    } finally {
      await analyst.close();
    }
  });
});
