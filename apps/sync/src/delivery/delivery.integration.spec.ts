import { planKey } from '@millrace/contract-delivery';
import { createClickHouse, type ClickHouse } from '@millrace/platform-clickhouse';
import type { RunningService } from '@millrace/platform-observability';
import { useStack, waitFor } from '@millrace/platform-testing';

import { listDeliveries, retryDeliveries } from '../commands/deliveries';
import { showPlans } from '../commands/show-plan';
import { createDestinationServer, type DestinationServer, type Misbehaviour } from '../testing/destination-server';
import { configOf, deployAndStart, environmentOf, webhookEntry } from '../testing/run-sync';
import { createScoresTopic, createScoreTables, publishRun, run, scoreRow } from '../testing/score-fixture';

const stack = useStack();
const RECORDS = 100;
const ids = Array.from({ length: RECORDS }, (_, index) => `p${String(index).padStart(3, '0')}`);
let clickhouse: ClickHouse;
let servers: Record<string, DestinationServer>;
let environment: Record<string, string>;
let service: RunningService;
/** Scenarios of the crm server by the request's number, until one says null. */
let crm: Misbehaviour = () => null;
let isUnauthorised = true;
let isSilent = true;
let isDead = true;
let startedAt = 0;

const answer = (status: number, headers: Record<string, string> = {}) => ({ do: 'answer' as const, status, headers });
const seen = new Map<string, number>();
/** How often this set of records has been posted, from 1. */
const timesSeen = (key: string): number => {
  seen.set(key, (seen.get(key) ?? 0) + 1);
  return seen.get(key) ?? 0;
};

beforeAll(async () => {
  servers = {
    crm: await createDestinationServer((records, request, index) => crm(records, request, index)),
    locked: await createDestinationServer(() => (isUnauthorised ? answer(401) : null)),
    silent: await createDestinationServer((records) =>
      isSilent && records.some(({ record_id }) => record_id === 'p042') ? { do: 'hang' } : null,
    ),
    dead: await createDestinationServer(() => (isDead ? { do: 'cut' } : null)),
    picky: await createDestinationServer((records) =>
      records.some(({ record_id }) => record_id === 'p042') ? answer(400) : null,
    ),
  };
  // One batch of ten for each way to misbehave; each is in order again the next time.
  crm = (records, { headers }) => {
    if (timesSeen(headers['idempotency-key'] ?? '') > 1) return null;
    switch (records[0]?.record_id) {
      case 'p000':
        return answer(429, { 'retry-after': '1' });
      case 'p020':
        return answer(500);
      case 'p030':
        return 'cut after applying';
      case 'p040':
        return { do: 'hang' };
      case 'p050':
        return { do: 'answer', status: 200, body: '' };
      case 'p060':
        return { do: 'wait', ms: 300, then: { do: 'cut' } };
      case 'p070':
        return { reject: ({ record_id }) => (record_id.endsWith('5') ? 'no such lead' : null) };
      default:
        return null;
    }
  };
  const urls = Object.entries(servers).map(([name, { url }]) => webhookEntry(name, url, { concurrency: 1 }));
  environment = environmentOf(stack, urls, { DELIVERY_CHUNK_RECORDS: '40' });
  clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
  await createScoreTables(clickhouse);
  await createScoresTopic(stack.kafka, stack.topicPrefix);
  service = await deployAndStart(environment);
  startedAt = Date.now();
});

afterAll(async () => {
  await service.close();
  await Promise.all(Object.values(servers).map((server) => server.close()));
  await clickhouse.close();
});

interface RunRow {
  readonly destination: string;
  readonly run_id: string;
  readonly to_send: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly superseded: number;
  readonly spent: number;
  readonly pending: number;
}
const runsOf = (destination: string): Promise<RunRow[]> =>
  clickhouse.query<RunRow>('select * from delivery_runs where destination = {destination: String} order by run_id', {
    destination,
  });
const finished = (destination: string, runId: string): Promise<RunRow | undefined> =>
  waitFor(
    `${runId} to end at ${destination}`,
    async () => (await runsOf(destination)).find((row) => row.run_id === runId),
    { deadlineMs: 60_000, until: (row) => row !== undefined && row.pending === 0 },
  );

it('delivers a plan through 429, 500, cuts, silence and an empty 200: nothing lost, nothing applied twice', async () => {
  await clickhouse.insertRows(
    'score_history',
    ids.map((id) => scoreRow(id)),
  );
  await publishRun(stack.kafka, stack.topicPrefix, run('run-1', { rows: RECORDS }));
  const row = await finished('crm', 'run-1');
  const rejected = servers['crm']?.order.length === RECORDS ? 0 : 1;
  expect(row).toMatchObject({ to_send: RECORDS, accepted: RECORDS - rejected, rejected, superseded: 0, spent: 0 });
  expect(servers['crm']?.state.size).toBe(RECORDS - rejected);
  expect(rejected).toBe(1);

  // Every attempt is a row; the keys that the server applied are the ones recorded as accepted.
  const attempts = await clickhouse.query<{ outcome: string; records: number }>(
    `select outcome, count() as records from deliveries where destination = 'crm' group by outcome order by outcome`,
  );
  expect(Object.fromEntries(attempts.map(({ outcome, records }) => [outcome, records]))).toEqual({
    accepted: RECORDS - 1,
    rejected: 1,
    retryable: 10,
    throttled: 10,
    unknown: 40,
  });
  const keys = await clickhouse.query<{ idempotency_key: string }>(
    `select distinct idempotency_key from deliveries where destination = 'crm' and outcome = 'accepted'`,
  );
  expect(keys.map((key) => key.idempotency_key).sort()).toEqual([...(servers['crm']?.applied.keys() ?? [])].sort());
});

it('bisects a batch that is refused whole until the bad record stands alone', async () => {
  const row = await finished('picky', 'run-1');
  expect(row).toMatchObject({ accepted: RECORDS - 1, rejected: 1, spent: 0 });
  expect(servers['picky']?.state.has('p042')).toBe(false);
  const [bad] = await listDeliveries(configOf(environment), {
    destination: 'picky',
    outcome: 'rejected',
    onlyFailed: false,
    limit: 5,
  });
  expect(bad).toMatchObject({ record_id: 'p042', outcome: 'rejected', status_code: 400 });
});

it('pauses a destination that refuses the credentials and goes on when it takes them again', async () => {
  await waitFor('a refused attempt', () => servers['locked']?.requests.length ?? 0, { until: (count) => count >= 2 });
  expect((await runsOf('locked')).map(({ pending }) => pending)).toEqual([RECORDS]);
  isUnauthorised = false;
  expect(await finished('locked', 'run-1')).toMatchObject({ accepted: RECORDS, spent: 0 });
});

it('keeps what was never answered for and sends it again on demand with the newest value', async () => {
  const row = await finished('silent', 'run-1');
  expect(row).toMatchObject({ accepted: RECORDS - 10, spent: 10 });
  const filter = { destination: 'silent', outcome: '', onlyFailed: true, limit: 1_000 };
  const failed = await listDeliveries(configOf(environment), filter);
  expect(failed).toHaveLength(10);
  expect(failed[0]).toMatchObject({ outcome: 'unknown', attempts: 3, is_final: true });
  isSilent = false;
  const retried = await retryDeliveries(configOf(environment), 'silent');
  expect(retried).toEqual([{ destination: 'silent', failed: 10, requeued: 10 }]);
  await waitFor('everything at the silent one', () => servers['silent']?.state.size, {
    until: (size) => size === RECORDS,
  });
  expect(
    await waitFor('no failed ones', () => listDeliveries(configOf(environment), filter), {
      until: (rows) => rows.length === 0,
    }),
  ).toEqual([]);
});

it("leaves a dead destination alone but for a look now and then, and uses up nobody's attempts meanwhile", async () => {
  const calls = servers['dead']?.requests.length ?? 0;
  expect(calls).toBeGreaterThan(5);
  // Five attempts open the circuit; then one look each 0.3 s (DELIVERY_CIRCUIT_OPEN_SECONDS).
  expect(calls).toBeLessThan(10 + (Date.now() - startedAt) / 300);
  isDead = false;
  expect(await finished('dead', 'run-1')).toMatchObject({ accepted: RECORDS, spent: 0 });
});

it('sends of the next run only what moved, and shows the plan with before and after', async () => {
  crm = () => null;
  const before = servers['crm']?.order.length ?? 0;
  await clickhouse.insertRows(
    'score_history',
    ids.map((id, index) => scoreRow(id, { run_id: 'run-2', as_of_date: '2026-01-06', score: index < 7 ? 70 : 52 })),
  );
  const next = run('run-2', { as_of: Date.UTC(2026, 0, 6, 7), as_of_date: '2026-01-06' });
  await publishRun(stack.kafka, stack.topicPrefix, next);
  const row = await finished('crm', 'run-2');
  // The one that was rejected is still unknown there: it is new again.
  expect(row).toMatchObject({ to_send: 8, accepted: 8, rejected: 0 });
  expect((servers['crm']?.order.length ?? 0) - before).toBe(8);
  expect(servers['crm']?.state.get('p000')).toMatchObject({ lead_score: 70 });

  const [plan] = await showPlans(configOf(environment), { destination: 'crm', samples: 1 });
  expect(plan).toMatchObject({
    run_id: 'run-2',
    state: 'decided',
    records: RECORDS,
    to_send: 8,
    suppressed: { no_material_change: 92 },
    reasons: { delta: 7, first_non_zero: 1 },
    calls: 1,
  });
  const delta = plan?.samples.find(({ reason }) => reason === 'delta');
  expect(delta).toMatchObject({ before: { lead_score: 50 }, after: { lead_score: 70 } });
  expect(planKey('crm', 'lead', 'run-2')).toBe('plan:crm:lead:run-2');
});
