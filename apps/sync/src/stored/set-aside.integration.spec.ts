import { outcomesTopic, plansTopic, type DeliveryOutcome, type PlanDecision } from '@millrace/contract-delivery';
import { createSignal } from '@millrace/contract-signal';
import { addSetAsideCommand, createClickHouse, SettingAside, type ClickHouse } from '@millrace/platform-clickhouse';
import { executeProgram } from '@millrace/platform-commands';
import { silentLog } from '@millrace/platform-kafka';
import type { RunningService } from '@millrace/platform-observability';
import { useStack, waitFor } from '@millrace/platform-testing';

import { examine } from '../commands/doctor';
import { configOf, deployAndStart, environmentOf, webhookEntry } from '../testing/run-sync';
import { createScoresTopic, createScoreTables } from '../testing/score-fixture';
import type { NotedDecision } from '../urgent/urgent-decision';
import { deliveriesTable, deliveryPlansTable, deliveryUrgentTable, RECORD_TABLES } from './record-tables';

const stack = useStack();
const MICROSECONDS = 1_795_505_635_469_000;
const NOW = Date.UTC(2026, 10, 24);
let clickhouse: ClickHouse;
let environment: Record<string, string>;
let service: RunningService | undefined;

beforeAll(async () => {
  clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
  environment = environmentOf(stack, [webhookEntry('crm', 'http://127.0.0.1:1')]);
  await createScoreTables(clickhouse);
  await createScoresTopic(stack.kafka, stack.topicPrefix);
  service = await deployAndStart(environment);
});
afterAll(async () => {
  await service?.close();
  await clickhouse.close();
});

const outcomeOf = (record_id: string, change: Partial<DeliveryOutcome> = {}): DeliveryOutcome => ({
  destination: 'crm',
  object: 'lead',
  record_id,
  match_key: record_id,
  lane: 'urgent',
  plan_id: 'plan-1',
  run_id: null,
  idempotency_key: `key-${record_id}`,
  attempt: 1,
  outcome: 'accepted',
  detail: '',
  status_code: 200,
  fields: { urgent: true },
  as_of: NOW,
  attempted_at: NOW,
  duration_ms: 12.5,
  is_final: true,
  accepted_at: NOW,
  ...change,
});

async function produce(topic: string, values: readonly object[]): Promise<void> {
  const producer = stack.kafka.producer();
  await producer.connect();
  const messages = values.map((value) => ({ value: JSON.stringify(value), partition: 0 }));
  await producer.send({ topic, messages });
  await producer.disconnect();
}

const stored = async (table: string, column: string): Promise<unknown[]> =>
  (await clickhouse.query(`select distinct ${column} as value from ${table} final order by value`)).map(
    ({ value }) => value,
  );

async function millrace(...args: string[]): Promise<{ code: number; answer: string }> {
  let answer = '';
  const code = await executeProgram(
    'spec',
    (program, shell) =>
      addSetAsideCommand(program, shell, {
        service: 'sync',
        tables: RECORD_TABLES,
        withClickHouse: (work) => work(clickhouse),
      }),
    ['node', 'millrace', 'set-aside', ...args],
    (text) => (answer += text),
  );
  return { code, answer };
}

const setAsideFinding = async () =>
  (await examine(configOf(environment))).find(({ check }) => check === 'rows set aside');

it('stores outcomes around those that cannot be stored, says so everywhere, and retries what was mended', async () => {
  expect(await setAsideFinding()).toMatchObject({ ok: true });
  expect((await millrace('list')).answer).toBe('No row waits.\n');
  await produce(outcomesTopic(stack.topicPrefix).name, [
    outcomeOf('a-before'),
    outcomeOf('b-microseconds', { accepted_at: MICROSECONDS }),
    outcomeOf('c-between'),
    outcomeOf('d-surrogate', { detail: 'half \ud800' }),
    outcomeOf('e-many-attempts', { attempt: 2 ** 32 + 1 }),
    outcomeOf('f-after'),
  ]);
  await waitFor('the outcomes', () => stored('deliveries', 'record_id'), { until: (rows) => rows.length === 3 });
  expect(await stored('deliveries', 'record_id')).toEqual(['a-before', 'c-between', 'f-after']);
  // Earlier versions set aside what they could not read; today's stop at it.
  const earlier = new SettingAside({ clickhouse, service: 'sync', log: silentLog });
  await earlier.insert(deliveriesTable, [{ unreadable: 'not an outcome' }]);
  await waitFor('the note', () => stored('rows_set_aside', 'set_aside_id'), { until: (rows) => rows.length === 4 });

  const health = (await (await fetch(`${service?.url}/health/ready`)).json()) as { notes?: Record<string, string> };
  expect(health.notes?.['rows set aside']).toContain('4 of deliveries');
  const metrics = await (await fetch(`${service?.url}/metrics`)).text();
  expect(metrics).toContain('millrace_rows_set_aside_total{table="deliveries"} 4');
  expect(metrics).toContain('millrace_set_aside_waiting_rows{table="deliveries"} 4');
  expect(await setAsideFinding()).toMatchObject({ ok: false, detail: expect.stringContaining('4 of deliveries') });

  const listed = JSON.parse((await millrace('list', '--json')).answer) as { rows: { row: string; reason: string }[] };
  const named = (words: string): string => listed.rows.find(({ reason }) => reason.includes(words))?.row ?? '';
  const microseconds = named(`accepted_at ${MICROSECONDS} is not an instant`);
  expect(named('The record is not an outcome')).not.toBe('');
  expect((await millrace('show', microseconds)).answer).toContain('"record_id": "b-microseconds"');
  expect(await millrace('retry', microseconds)).toEqual({
    code: 1,
    answer: expect.stringMatching(/^0 rows stored\nsync\/\w+ is refused by deliveries again: accepted_at/),
  });
  // Another version of the code, or another record: here the kept content is put right.
  await clickhouse.command(
    `insert into rows_set_aside select * replace (replaceAll(content, {from: String}, {to: String}) as content, now64(3) as changed_at)
     from rows_set_aside final where content like '%b-microseconds%'`,
    { from: String(MICROSECONDS), to: String(NOW) },
  );
  expect(await millrace('retry', microseconds)).toEqual({ code: 0, answer: '1 rows stored\n' });
  expect(await stored('deliveries', 'record_id')).toContain('b-microseconds');
  expect((await millrace('dismiss', '--table', 'deliveries')).answer).toBe('3 rows dismissed\n');
  expect(await setAsideFinding()).toMatchObject({ ok: true });
  expect((await millrace('list', '--all')).answer).toMatch(/dismissed[\s\S]*stored|stored[\s\S]*dismissed/);
});

it.each([
  ['nothing', [], 2],
  ['a name of another service', ['scoring/0123456789ab'], 2],
  ['a row that is not set aside', ['sync/0123456789ab'], 2],
])('retry refuses %s', async (_name, args, code) => {
  const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect((await millrace('retry', ...args)).code).toBe(code);
  stderr.mockRestore();
});

it('stores plans around one that cannot be stored, and looks at none again', async () => {
  const planOf = (run_id: string, change: Partial<PlanDecision> = {}): object => ({
    kind: 'plan',
    destination: 'crm',
    object: 'lead',
    run_id,
    plan_id: `plan-${run_id}`,
    attempt_id: 'attempt',
    as_of: NOW,
    to_send: 0,
    suppressed: { no_material_change: 0, do_not_sync: 0, unsubscribed: 0, no_match_key: 0 },
    chunks: 0,
    chunk_records: 100,
    calls: 0,
    predicted_finish_at: NOW,
    deadline_at: NOW,
    planned_at: NOW,
    replica: 'spec',
    ...change,
  });
  const plans = [planOf('1'), planOf('2', { deadline_at: MICROSECONDS }), planOf('3')] as PlanDecision[];
  const settingAside = new SettingAside({ clickhouse, service: 'sync', log: silentLog });
  expect(await settingAside.insert(deliveryPlansTable, plans)).toEqual({ stored: 2, setAside: 1 });
  expect(await stored('delivery_plans', 'run_id')).toEqual(['1', '3']);
  expect(plansTopic(stack.topicPrefix).name).toContain('deliveries.plans.v1');
});

it('stores urgent decisions around one that cannot be stored, one row set aside for each rule', async () => {
  const noteOf = (offset: bigint, rule: string, received_at: number): NotedDecision => {
    const signal = createSignal({ signal_id: `s-${offset}`, type: 't', source: 's', occurred_at: NOW, received_at });
    const at = { signal, topic: 'signals.web.v1', partition: 0, offset, appended_at: NOW };
    return {
      decision: { rule, at, subject: '', record_id: '', state: 'sent', destinations: ['crm'], not_sent: {} },
      decidedAt: NOW,
    };
  };
  const notes = [
    noteOf(1n, 'a', NOW),
    noteOf(2n, 'a', MICROSECONDS),
    noteOf(2n, 'b', MICROSECONDS),
    noteOf(3n, 'a', NOW),
  ];
  const settingAside = new SettingAside({ clickhouse, service: 'sync', log: silentLog });
  const origins = notes.map(({ decision }) => decision.at);
  for (let reading = 0; reading < 2; reading++) {
    expect(await settingAside.insert(deliveryUrgentTable, notes, { origins })).toEqual({ stored: 2, setAside: 2 });
  }
  expect(await stored('delivery_urgent', 'offset')).toEqual([1, 3]);
  const waiting = await clickhouse.query(
    "select content from rows_set_aside final where table_name = 'delivery_urgent'",
  );
  expect(waiting).toHaveLength(2);
  const result = await millrace('retry', '--table', 'delivery_urgent', '--json');
  expect(result.code).toBe(1);
  expect(JSON.parse(result.answer)).toMatchObject({ stored: [], refused: [{}, {}] });
});
