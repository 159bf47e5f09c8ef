import {
  deliveryTopic,
  outcomesTopic,
  type DeliveryBatch,
  type DeliveryOutcome,
  type Lane,
} from '@millrace/contract-delivery';
import { createClickHouse, type ClickHouse } from '@millrace/platform-clickhouse';
import { committedOffsets, logBounds } from '@millrace/platform-kafka';
import type { HealthReport, RunningService } from '@millrace/platform-observability';
import { useStack, waitFor } from '@millrace/platform-testing';

import { mirrorGroup } from './mirror/outcomes-mirror';
import { createDestinationServer, type DestinationServer } from './testing/destination-server';
import { configOf, deployAndStart, environmentOf, webhookEntry } from './testing/run-sync';
import { createScoresTopic, createScoreTables } from './testing/score-fixture';
import { startSync } from './topology';

const stack = useStack();
const NOW = Date.now();
let clickhouse: ClickHouse;
let crm: DestinationServer;
let environment: Record<string, string>;
let service: RunningService;

beforeAll(async () => {
  clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
  crm = await createDestinationServer(() => null);
  environment = environmentOf(stack, [webhookEntry('crm', crm.url)]);
  await createScoreTables(clickhouse);
  await createScoresTopic(stack.kafka, stack.topicPrefix);
  service = await deployAndStart(environment);
});
afterAll(async () => {
  await service.close();
  await crm.close();
  await clickhouse.close();
});

const batchOf = (lane: Lane, id: string): DeliveryBatch => ({
  destination: 'crm',
  object: 'lead',
  lane,
  plan_id: `plan-${id}`,
  run_id: null,
  chunk: 0,
  chunks: 1,
  as_of: NOW,
  created_at: NOW,
  accepted_at: lane === 'urgent' ? NOW : null,
  records: [{ record_id: id, match_key: id, idempotency_key: id, reason: 'of another version', fields: { a: 1 } }],
});

const outcomeOf = (record_id: string): DeliveryOutcome => ({
  destination: 'crm',
  object: 'lead',
  record_id,
  match_key: record_id,
  lane: 'batch',
  plan_id: 'plan',
  run_id: null,
  idempotency_key: record_id,
  attempt: 1,
  outcome: 'of another version',
  detail: '',
  status_code: 200,
  fields: {},
  as_of: NOW,
  attempted_at: NOW,
  duration_ms: 1,
  is_final: true,
  accepted_at: null,
});

async function produce(topic: string, values: readonly (object | string)[]): Promise<void> {
  const producer = stack.kafka.producer();
  await producer.connect();
  const messages = values.map((value, index) => ({
    key: String(index),
    value: typeof value === 'string' ? value : JSON.stringify(value),
    partition: 0,
  }));
  await producer.send({ topic, messages });
  await producer.disconnect();
}

const check = async (): Promise<string> => {
  const report = (await (await fetch(`${service.url}/health/ready`)).json()) as HealthReport;
  return report.checks['unreadable records']?.reason ?? 'ok';
};

/** What the runbook says: stop, move the group past the record, start. */
async function skip(groupId: string, topic: string, offset: number): Promise<void> {
  await service.close();
  const admin = stack.kafka.admin();
  await admin.connect();
  await admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: String(offset) }] });
  await admin.disconnect();
  service = await startSync(configOf(environment), { ownsProcess: false });
  await service.started;
}

const committed = async (groupId: string, topic: string): Promise<bigint | undefined> =>
  (await committedOffsets(stack.kafka, groupId, [topic])).get(topic)?.get(0);

async function expectStop(groupId: string, topic: string, offset: bigint): Promise<void> {
  const reason = await waitFor('readiness', check, { until: (words) => words !== 'ok' });
  expect(reason).toContain(`offset ${offset} of ${topic}, partition 0`);
  expect(reason).toContain('docs/runbooks/record-unreadable.md');
  await waitFor('the commit', () => committed(groupId, topic), { until: (at) => at === offset });
}

it.each<Lane>(['batch', 'urgent'])('a worker of the %s lane stops at what is not a batch', async (lane) => {
  const { name } = deliveryTopic('crm', lane, stack.topicPrefix);
  const groupId = `${stack.topicPrefix}sync-crm${lane === 'urgent' ? '-urgent' : ''}`;
  const sent = (): string[] => [...crm.applied.keys()].filter((id) => id.startsWith(lane));
  await produce(name, [batchOf(lane, `${lane}-1`), '{"records":[]}', batchOf(lane, `${lane}-2`)]);
  await waitFor('what is before it', sent, { until: (ids) => ids.length === 1 });
  await expectStop(groupId, name, 1n);
  await produce(name, [batchOf(lane, `${lane}-3`)]);
  expect(sent()).toEqual([`${lane}-1`]);
  await skip(groupId, name, 2);
  await waitFor('what is behind it', sent, { until: (ids) => ids.length === 3 });
  expect(new Set(sent())).toEqual(new Set([`${lane}-1`, `${lane}-2`, `${lane}-3`]));
  expect(await check()).toBe('ok');
});

it('the mirror stops at what is not an outcome', async () => {
  const { name } = outcomesTopic(stack.topicPrefix);
  const groupId = mirrorGroup(stack.topicPrefix);
  const stored = async (): Promise<string[]> => {
    const rows = await clickhouse.query<{ record_id: string }>(
      "select record_id from deliveries final where plan_id = 'plan' order by record_id",
    );
    return rows.map(({ record_id }) => record_id);
  };
  const before = (await logBounds(stack.kafka, name)).ends.get(0) ?? 0n;
  await produce(name, [outcomeOf('a'), 'not an outcome', outcomeOf('b')]);
  await expectStop(groupId, name, before + 1n);
  expect(await stored()).toEqual(['a']);
  await produce(name, [outcomeOf('c')]);
  await skip(groupId, name, Number(before) + 2);
  await waitFor('what is behind it', stored, { until: (ids) => ids.length === 3 });
  expect(await stored()).toEqual(['a', 'b', 'c']);
  expect(await check()).toBe('ok');
});
