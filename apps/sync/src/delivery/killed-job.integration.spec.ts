import { join } from 'node:path';

import { DESTINATIONS, type Destination } from '@millrace/catalog-destinations';
import { createClickHouse, type ClickHouse } from '@millrace/platform-clickhouse';
import { spawnProgram, useStack, waitFor, type SpawnedService } from '@millrace/platform-testing';

import { deploy } from '../commands/deploy';
import { createJobServer, type JobServer } from '../testing/made-jobs/job-server';
import { madeJobs } from '../testing/made-jobs/made-jobs.destination';
import { configOf, environmentOf, LEAD_FIELDS } from '../testing/run-sync';
import { createScoresTopic, createScoreTables, publishRun, run, scoreRow } from '../testing/score-fixture';

const stack = useStack();
const MAIN = join(__dirname, '..', '..', 'dist', 'testing', 'made-jobs', 'main.js');
const ids = Array.from({ length: 300 }, (_, index) => `p${index}`);
let clickhouse: ClickHouse;
let server: JobServer;
let service: SpawnedService;

beforeAll(async () => {
  (DESTINATIONS as Destination[]).push(madeJobs);
  server = await createJobServer();
  clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
  await createScoreTables(clickhouse);
  await createScoresTopic(stack.kafka, stack.topicPrefix);
});

afterAll(async () => {
  await service.stop();
  await server.close();
  await clickhouse.close();
});

async function processesThatCalled(): Promise<number> {
  const [row] = await clickhouse.query<{ count: number }>('select uniqExact(process) as count from delivery_calls');
  return row?.count ?? 0;
}

it('killed while a job runs it goes on with that job: nothing is applied twice, and nothing else is sent meanwhile', async () => {
  const objects = [{ object: 'lead', match: 'email', fields: LEAD_FIELDS }];
  const entry = { name: 'crm', kind: 'made_jobs', settings: { url: server.url }, objects };
  const environment = environmentOf(stack, [entry], { DELIVERY_CHUNK_RECORDS: '100', LOG_LEVEL: 'info' });
  await deploy(configOf(environment));
  await clickhouse.insertRows(
    'score_history',
    ids.map((id) => scoreRow(id)),
  );
  const start = () => spawnProgram('sync', MAIN, environment, { waitsForReady: false });
  service = await start();
  await publishRun(stack.kafka, stack.topicPrefix, run('run-1', { rows: ids.length }));
  for (let kills = 0; kills < 2; kills++) {
    const asked = server.requests.length;
    await waitFor('a job that works', () => server.worked.length > 0 && server.requests.length > asked + 1, {
      deadlineMs: 60_000,
      until: (isWorking) => isWorking,
    });
    // So that whoever comes next knows what is left of the day.
    await waitFor('its calls in the table', processesThatCalled, { until: (count) => count > kills });
    // Three chunks wait, and one job runs.
    expect([server.created, server.worked]).toEqual([['job-1'], ['job-1']]);
    await service.kill('SIGKILL');
    service = await start();
  }
  server.letGo();
  const [row] = await waitFor(
    'the plan to end',
    () => clickhouse.query<{ accepted: number; pending: number }>(`select * from delivery_runs where run_id = 'run-1'`),
    { deadlineMs: 90_000, until: (rows) => rows[0]?.pending === 0 },
  );
  expect(row).toMatchObject({ to_send: ids.length, accepted: ids.length, spent: 0, rejected: 0 });
  expect(server.created).toEqual(['job-1', 'job-2', 'job-3']);
  expect([server.applied.size, new Set(server.applied.values())]).toEqual([ids.length, new Set([1])]);
});
