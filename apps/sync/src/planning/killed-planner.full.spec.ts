import { deliveryTopic, type PlanDecision } from '@millrace/contract-delivery';
import { createClickHouse, type ClickHouse } from '@millrace/platform-clickhouse';
import { logEnds, offsetsAtTimestamp, silentLog, type PartitionOffsets } from '@millrace/platform-kafka';
import { spawnService, useStack, waitFor, type SpawnedService } from '@millrace/platform-testing';

import { deploy } from '../commands/deploy';
import { createDestinationServer, type DestinationServer } from '../testing/destination-server';
import { configOf, environmentOf, webhookEntry } from '../testing/run-sync';
import { createScoresTopic, createScoreTables, publishRun, run, scoreRow } from '../testing/score-fixture';
import { SignalProducer } from '../testing/signals';
import { createPlanLog, type PlanLog } from './plan-log';

const stack = useStack();
jest.setTimeout(600_000);

const RECORDS = 5_000;
const CHUNK_RECORDS = 100;
const TAKEOVER_SECONDS = 2;
/** A step that ended between two looks is looked for in another run. */
const MOST_RUNS = 10;

/** How far the plan of a run is, as it is seen from outside. */
const STEPS = [
  'nothing is written',
  'records are written',
  'rows are written',
  'it is decided and no chunk is in the topic',
  'some chunks are in the topic',
  'all chunks are in the topic',
  'it is noted as dispatched',
] as const;
type Step = (typeof STEPS)[number];

interface Night {
  readonly runId: string;
  readonly score: number;
  /** Records that the topic had before. */
  readonly produced: bigint;
  /** Attempts that there were before. */
  readonly attempts: readonly string[];
}

let clickhouse: ClickHouse;
let server: DestinationServer;
let planLog: PlanLog;
let environment: Record<string, string>;
let services: SpawnedService[] = [];
let nights = 0;

beforeAll(async () => {
  server = await createDestinationServer();
  clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
  await createScoreTables(clickhouse);
  await createScoresTopic(stack.kafka, stack.topicPrefix);
  const signals = new SignalProducer(stack);
  await signals.createTopics(['website']);
  await signals.close();
  environment = environmentOf(
    stack,
    [webhookEntry('crm', server.url, { concurrency: 4, max_records: 1_000, timeout_seconds: 10 })],
    { DELIVERY_CHUNK_RECORDS: String(CHUNK_RECORDS), PLAN_TAKEOVER_SECONDS: String(TAKEOVER_SECONDS) },
  );
  await deploy(configOf(environment));
  planLog = createPlanLog(stack.kafka, stack.topicPrefix, silentLog, 10);
  await planLog.start();
  services = [await spawnService('sync', environment)];
});

afterAll(async () => {
  await Promise.all(services.map((service) => service.stop()));
  await planLog.stop();
  await server.close();
  await clickhouse.close();
});

const plansOf = (runId: string): PlanDecision[] =>
  planLog.entries().flatMap(({ value }) => (value.kind === 'plan' && value.run_id === runId ? [value] : []));

const isDispatched = (planId: string): boolean =>
  planLog.entries().some(({ value }) => value.kind === 'dispatched' && value.plan_id === planId);

const topic = (): string => deliveryTopic('crm', 'batch', stack.topicPrefix).name;
const sumOf = (offsets: PartitionOffsets): bigint => [...offsets.values()].reduce((sum, offset) => sum + offset, 0n);
const produced = async (): Promise<bigint> => sumOf(await logEnds(stack.kafka, topic()));

/** Publishes a run in which the score of everybody is another one. */
async function beginNight(): Promise<Night> {
  nights += 1;
  const runId = `run-${nights}`;
  const score = nights % 2 === 0 ? 80 : 40;
  const as_of = Date.UTC(2026, 0, 5 + nights, 7);
  const as_of_date = new Date(as_of).toISOString().slice(0, 10);
  await clickhouse.insertRows('score_history', [scoreRow('p0', { run_id: runId, as_of_date, score })]);
  await clickhouse.command(
    `insert into score_history
     select history.* replace (concat('p', toString(number)) as entity_id, concat('p', toString(number), '@example.com') as email)
     from score_history as history cross join numbers(1, {others: UInt32}) as others where run_id = {runId: String}`,
    { runId, others: RECORDS - 1 },
  );
  const attempts = await clickhouse.query<{ id: string }>(
    'select distinct toString(attempt_id) as id from delivery_plan_records',
  );
  const night = { runId, score, produced: await produced(), attempts: attempts.map(({ id }) => id) };
  await publishRun(stack.kafka, stack.topicPrefix, run(runId, { as_of, as_of_date, rows: RECORDS }));
  return night;
}

async function stepOf({ runId, produced: before, attempts }: Night): Promise<Step> {
  await planLog.refresh();
  const [plan] = plansOf(runId);
  if (plan !== undefined) {
    if (isDispatched(plan.plan_id)) return 'it is noted as dispatched';
    const chunks = Number((await produced()) - before);
    if (chunks === 0) return 'it is decided and no chunk is in the topic';
    return chunks < plan.chunks ? 'some chunks are in the topic' : 'all chunks are in the topic';
  }
  const [seen] = await clickhouse.query<{ records: number; rows: number }>(
    `with statements as (
       select query from system.processes where current_database = currentDatabase() and query_kind = 'Insert'
     )
     select
       (select count() from statements where position(query, 'insert into delivery_plan_records\n') > 0)
         + (select count() from delivery_plan_records where toString(attempt_id) not in {attempts: Array(String)}) > 0 as records,
       (select count() from statements where position(query, 'insert into delivery_plan_rows') > 0)
         + (select count() from delivery_plan_rows where run_id = {runId: String}) > 0 as rows`,
    { runId, attempts },
  );
  if (seen?.rows) return 'rows are written';
  return seen?.records ? 'records are written' : 'nothing is written';
}

/** Every process stands still while it is looked at, so that a step of a millisecond is not over when it was seen. */
async function lookUntil(night: Night, step: Step): Promise<Step> {
  for (;;) {
    for (const service of services) service.pause();
    const seen = await stepOf(night);
    if (STEPS.indexOf(seen) >= STEPS.indexOf(step)) return seen;
    for (const service of services) service.resume();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Kills the process that `choose` names in the step; what its last request did is seen afterwards. */
async function killIn(step: Step, choose: (night: Night) => SpawnedService): Promise<Night> {
  const missed: Step[] = [];
  while (missed.length < MOST_RUNS) {
    const night = await beginNight();
    let seen = await lookUntil(night, step);
    if (seen === step) {
      await choose(night).kill('SIGKILL');
      seen = await stepOf(night);
      if (seen === step) return night;
    }
    missed.push(seen);
    await goOn();
    await delivered(night);
  }
  throw new Error(`in no run a process was caught when ${step}, but when ${missed.join(', ')}`);
}

/** Whoever is killed is started anew, and the others go on. */
async function goOn(): Promise<void> {
  services = await Promise.all(
    services.map((service) => (service.isRunning ? service : spawnService('sync', environment))),
  );
  for (const service of services) service.resume();
}

const delivered = ({ runId }: Night) =>
  waitFor(
    `${runId} to be delivered`,
    () => clickhouse.query<object>('select * from delivery_runs where run_id = {runId: String}', { runId }),
    { deadlineMs: 90_000, until: ([row]) => (row as { pending?: number } | undefined)?.pending === 0 },
  );

/** One plan was decided, it is the one of everybody, and what was received is what it says. */
async function expectWhole(night: Night): Promise<PlanDecision> {
  expect(await delivered(night)).toEqual([
    expect.objectContaining({ to_send: RECORDS, accepted: RECORDS, rejected: 0, superseded: 0, spent: 0 }),
  ]);
  await waitFor('it to be noted', () => stepOf(night), {
    until: (step) => step === 'it is noted as dispatched',
  });
  expect(plansOf(night.runId)).toHaveLength(1);
  const [plan] = plansOf(night.runId) as [PlanDecision];
  expect(plan).toMatchObject({ records: RECORDS, to_send: RECORDS });
  const [wrong] = await clickhouse.query<{ unlike: number; twice: number }>(
    `with
       planned as (
         select record_id, idempotency_key from delivery_plan_rows where attempt_id = {attemptId: String} and state = 'send'
       ),
       accepted as (
         select record_id, idempotency_key, count() as times
         from deliveries final where plan_id = {planId: String} and outcome = 'accepted' group by all
       )
     select
       countIf(accepted.record_id = '' or planned.record_id = '') as unlike,
       countIf(accepted.times > 1) as twice
     from planned full join accepted using (record_id, idempotency_key)`,
    { attemptId: plan.attempt_id, planId: plan.plan_id },
  );
  expect(wrong).toEqual({ unlike: 0, twice: 0 });
  expect(server.state.size).toBe(RECORDS);
  expect(new Set([...server.state.values()].map(({ lead_score }) => lead_score))).toEqual(new Set([night.score]));
  return plan;
}

it.each<Step>([
  'records are written',
  'rows are written',
  'it is decided and no chunk is in the topic',
  'some chunks are in the topic',
  'all chunks are in the topic',
])('killed when %s: one plan is decided and delivered once', async (step) => {
  const night = await killIn(step, () => services[0] as SpawnedService);
  await goOn();
  const plan = await expectWhole(night);
  const [left] = await clickhouse.query<{ attempts: number }>(
    'select uniqExact(attempt_id) as attempts from delivery_plan_records where toString(attempt_id) not in {attempts: Array(String)}',
    { attempts: night.attempts },
  );
  // What a dead attempt compared stays for two days, under an id that nobody reads.
  const isLeft = step === 'records are written' || step === 'rows are written';
  expect(left).toEqual({ attempts: isLeft ? 1 : 0 });
  expect(night.attempts).not.toContain(plan.attempt_id);
});

it('a plan whose maker is killed before the first chunk is dispatched by another replica, after the time that the maker has', async () => {
  services.push(await spawnService('sync', environment));
  const makerOf = ({ replica }: PlanDecision): SpawnedService =>
    services.find(({ pid }) => replica.endsWith(`-${pid}`)) as SpawnedService;
  const night = await killIn('it is decided and no chunk is in the topic', ({ runId }) =>
    makerOf(plansOf(runId)[0] as PlanDecision),
  );
  const other = services.find(({ isRunning }) => isRunning) as SpawnedService;
  other.resume();
  const plan = await expectWhole(night);
  const noteOf = (kind: string) =>
    planLog.entries().find(({ value }) => value.kind === kind && 'plan_id' in value && value.plan_id === plan.plan_id);
  expect(noteOf('dispatched')?.value).toMatchObject({ replica: expect.stringMatching(new RegExp(`-${other.pid}$`)) });
  const mayBeTakenAt = (noteOf('plan')?.appendedAt ?? 0) + TAKEOVER_SECONDS * 1000;
  expect(sumOf(await offsetsAtTimestamp(stack.kafka, topic(), mayBeTakenAt))).toBe(night.produced);
});
