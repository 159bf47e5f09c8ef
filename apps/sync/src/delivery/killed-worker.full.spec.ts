import { createClickHouse, type ClickHouse } from '@millrace/platform-clickhouse';
import { spawnService, useStack, waitFor, type SpawnedService } from '@millrace/platform-testing';

import { deploy } from '../commands/deploy';
import { createDestinationServer, type DestinationServer } from '../testing/destination-server';
import { configOf, environmentOf, webhookEntry } from '../testing/run-sync';
import { createScoresTopic, createScoreTables, publishRun, run, scoreRow } from '../testing/score-fixture';

const stack = useStack();
const RECORDS = 3_000;
let clickhouse: ClickHouse;
let server: DestinationServer;
let service: SpawnedService;
/** Every key of every request, applied or not. */
const posted: string[] = [];

beforeAll(async () => {
  server = await createDestinationServer((records) => {
    posted.push(...records.map((record) => record.idempotency_key));
    return { do: 'wait', ms: 20, then: { do: 'answer', status: 200, body: results(records) } };
  });
  clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
  await createScoreTables(clickhouse);
  await createScoresTopic(stack.kafka, stack.topicPrefix);
});

afterAll(async () => {
  await service.stop();
  await server.close();
  await clickhouse.close();
});

const results = (records: readonly { readonly record_id: string }[]): string =>
  JSON.stringify({ results: records.map(({ record_id }) => ({ record_id, status: 'accepted' })) });

it('killed again and again in the middle of a plan it loses nothing and sends at most what was on the way twice', async () => {
  const environment = environmentOf(
    stack,
    [webhookEntry('crm', server.url, { concurrency: 2, max_records: 20, timeout_seconds: 10 })],
    { DELIVERY_CHUNK_RECORDS: '500', LOG_LEVEL: 'info' },
  );
  await deploy(configOf(environment));
  await clickhouse.insertRows(
    'score_history',
    Array.from({ length: RECORDS }, (_, index) => scoreRow(`p${index}`)),
  );
  const start = () => spawnService('sync', environment, { waitsForReady: false });
  service = await start();
  await publishRun(stack.kafka, stack.topicPrefix, run('run-1'));
  for (const share of [0.15, 0.4, 0.7]) {
    await waitFor(`${share} of the plan`, () => posted.length, {
      deadlineMs: 60_000,
      until: (count) => count >= RECORDS * share,
    });
    await service.kill('SIGKILL');
    service = await start();
  }
  const [row] = await waitFor(
    'the plan to end',
    () => clickhouse.query<{ accepted: number; pending: number }>(`select * from delivery_runs where run_id = 'run-1'`),
    { deadlineMs: 90_000, until: (rows) => rows[0]?.pending === 0 },
  );
  expect(row).toMatchObject({ to_send: RECORDS, accepted: RECORDS, spent: 0, rejected: 0 });
  const distinct = new Set(posted);
  expect(distinct.size).toBe(RECORDS);
  // Two requests of 20 were on the way at each of the three kills; what had an outcome was not sent again.
  expect(posted.length - distinct.size).toBeLessThanOrEqual(3 * 2 * 20);
  const [twice] = await clickhouse.query<{ keys: number }>(
    `select count() as keys from (
       select idempotency_key from deliveries final where outcome = 'accepted' group by idempotency_key having count() > 1
     )`,
  );
  expect(twice).toEqual({ keys: 0 });
});
