import type { DeliveryOutcome, FieldValue } from '@millrace/contract-delivery';
import { PUBLISHED } from '@millrace/catalog-models/published';
import { createClickHouse, runMigrations, SettingAside, type ClickHouse } from '@millrace/platform-clickhouse';
import { silentLog } from '@millrace/platform-kafka';
import { useStack } from '@millrace/platform-testing';

import { MIGRATIONS } from '../deployment';
import type { ObjectMapping } from '../destinations/destination-file';
import { parseDestinations, type ConfiguredDestination } from '../destinations/load-destinations';
import { webhookEntry } from '../testing/run-sync';
import { createScoreTables, run, scoreRow, setOf } from '../testing/score-fixture';
import { deliveriesTable } from '../stored/record-tables';
import { computePlan } from './compute-plan';
import { readPlanChunk, samplePlan } from './read-plan';

const stack = useStack();
const DAY = 86_400_000;
const NOW = Date.UTC(2026, 0, 5, 7, 5);
const SETTINGS = { chunkRecords: 100, deadline: '06:00', replica: 'spec' };
let clickhouse: ClickHouse;
let storeOutcomes: (outcomes: readonly DeliveryOutcome[]) => Promise<unknown>;

beforeAll(async () => {
  clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
  await runMigrations({ clickhouse, service: 'sync', directory: MIGRATIONS });
  await createScoreTables(clickhouse);
  const settingAside = new SettingAside({ clickhouse, service: 'sync', log: silentLog });
  storeOutcomes = (outcomes) => settingAside.insert(deliveriesTable, outcomes);
});
afterAll(() => clickhouse.close());

const account = { entity: 'account', fields: { score: 'number' } } as const;
const MODELS = { ...PUBLISHED, account_score: account, account_health: account, account_intent: account };

const configuredAs = (name: string, object: object = {}): ConfiguredDestination => {
  const entry = webhookEntry(name, 'http://127.0.0.1:1') as { objects: object[] };
  entry.objects = [{ ...entry.objects[0], ...object }];
  return parseDestinations(JSON.stringify({ destinations: [entry] }), 'f.json', {}, MODELS)[0] as ConfiguredDestination;
};

const mappingOf = ({ entry }: ConfiguredDestination): ObjectMapping => entry.objects[0] as ObjectMapping;
const subjectOf = (configured: ConfiguredDestination, ...runs: Parameters<typeof run>[]) => ({
  configured,
  mapping: mappingOf(configured),
  set: setOf(mappingOf(configured), ...runs.map((given) => run(...given))),
});

const accepted = (
  destination: string,
  id: string,
  fields: Record<string, FieldValue>,
  asOf: number,
): DeliveryOutcome => ({
  destination,
  object: 'lead',
  record_id: id,
  match_key: `${id}@example.com`,
  lane: 'batch',
  plan_id: 'earlier',
  run_id: 'run-0',
  idempotency_key: `${id}-${asOf}`,
  attempt: 1,
  outcome: 'accepted',
  detail: '',
  status_code: 200,
  fields,
  as_of: asOf,
  attempted_at: asOf,
  duration_ms: 1,
  is_final: true,
  accepted_at: null,
});

const fieldsOf = (score: number, grade = 'B', stage = 'engaged') => ({
  lead_score: score,
  lead_grade: grade,
  lead_stage: stage,
  lead_score_reasons: ['then'],
});

it('sends what is material against the last accepted value and gives each other record its reason', async () => {
  const yesterday = NOW - DAY;
  // name | last accepted | now | expected
  const cases: [string, ReturnType<typeof fieldsOf> | null, Parameters<typeof scoreRow>[1], string][] = [
    ['new-nonzero', null, { score: 3 }, 'send first_non_zero'],
    ['new-zero', null, { score: 0 }, 'no_material_change '],
    ['moved-4', fieldsOf(50), { score: 54 }, 'no_material_change '],
    ['moved-5', fieldsOf(50), { score: 45 }, 'send delta'],
    ['to-zero', fieldsOf(2), { score: 0 }, 'send becomes_zero'],
    ['from-zero', fieldsOf(0), { score: 1 }, 'send leaves_zero'],
    ['grade', fieldsOf(50), { grade: 'A' }, 'send change'],
    ['stage', fieldsOf(50), { stage: 'mql' }, 'send change'],
    ['reasons-only', fieldsOf(50), { score_reasons: ['now'] }, 'no_material_change '],
    ['do-not-sync', fieldsOf(0), { do_not_sync: true }, 'do_not_sync leaves_zero'],
    ['unsubscribed', fieldsOf(0), { is_unsubscribed: true }, 'unsubscribed leaves_zero'],
    ['no-email', null, { email: '' }, 'no_match_key first_non_zero'],
  ];
  await storeOutcomes(
    cases.flatMap(([id, before]) => (before === null ? [] : [accepted('crm', id, before, yesterday)])),
  );
  // Drift: 50, then 54 was planned but never accepted, so 54 is still compared with 50 plus 4 more.
  await storeOutcomes([accepted('crm', 'drift', fieldsOf(50), yesterday)]);
  await storeOutcomes([
    { ...accepted('crm', 'drift', fieldsOf(54), NOW - DAY / 2), outcome: 'rejected', idempotency_key: 'other' },
  ]);
  const rows = [...cases.map(([id, , now]) => scoreRow(id, now)), scoreRow('drift', { score: 58 })];
  await clickhouse.insertRows('score_history', rows);

  const plan = await computePlan(clickhouse, subjectOf(configuredAs('crm'), ['run-1']), SETTINGS, NOW);
  const seen = await clickhouse.query<{ record_id: string; state: string; reason: string }>(
    'select record_id, state, reason from delivery_plan_rows where attempt_id = {attempt: String}',
    { attempt: plan.attempt_id },
  );
  const found = Object.fromEntries(seen.map(({ record_id, state, reason }) => [record_id, `${state} ${reason}`]));
  expect(found).toEqual({
    ...Object.fromEntries(cases.map(([id, , , expected]) => [id, expected])),
    drift: 'send delta',
  });
  expect(plan).toMatchObject({
    to_send: 7,
    suppressed: { no_material_change: 3, do_not_sync: 1, unsubscribed: 1, no_match_key: 1 },
    chunks: 1,
    calls: 1,
    deadline_at: Date.UTC(2026, 0, 5, 11),
  });
  const chunk = await readPlanChunk(clickhouse, plan, 'person', 0, NOW);
  const changed = chunk?.records.find(({ record_id }) => record_id === 'grade');
  expect(changed?.fields).toEqual({
    lead_score: 50,
    lead_grade: 'A',
    lead_stage: 'engaged',
    lead_score_reasons: ['Viewed pricing / plans twice'],
  });
  const { reasons, samples } = await samplePlan(clickhouse, plan.attempt_id, 1);
  expect(reasons).toEqual({ first_non_zero: 1, delta: 2, becomes_zero: 1, leaves_zero: 1, change: 2 });
  expect(samples.find(({ reason }) => reason === 'becomes_zero')).toMatchObject({
    record_id: 'to-zero',
    before: { lead_score: 2 },
    after: { lead_score: 0 },
  });
});

it('orders by tier, then created date with unknown ones last, then id, and hashes the same content alike', async () => {
  const rows = [
    scoreRow('z', { run_id: 'order', tier: 'smb', created_at: 5 }),
    scoreRow('y', { run_id: 'order', tier: 'strategic', created_at: null }),
    scoreRow('x', { run_id: 'order', tier: 'strategic', created_at: 9 }),
    scoreRow('w', { run_id: 'order', tier: 'strategic', created_at: 2 }),
    scoreRow('v', { run_id: 'order', tier: 'nobody-knows', created_at: 1 }),
    scoreRow('b', { run_id: 'order', tier: 'enterprise' }),
    scoreRow('a', { run_id: 'order', tier: 'enterprise' }),
  ];
  await clickhouse.insertRows('score_history', rows);
  const configured = configuredAs('ordered');
  const subject = subjectOf(configured, ['order']);
  const [first, second] = [
    await computePlan(clickhouse, subject, { ...SETTINGS, chunkRecords: 3 }, NOW),
    await computePlan(clickhouse, subject, SETTINGS, NOW + 1),
  ];
  expect(second.plan_id).toBe(first.plan_id);
  expect(second.attempt_id).not.toBe(first.attempt_id);
  const chunks = await Promise.all([0, 1, 2, 3].map((chunk) => readPlanChunk(clickhouse, first, 'person', chunk, NOW)));
  const ids = chunks.map((chunk) => chunk?.records.map(({ record_id }) => record_id).join(''));
  expect(ids).toEqual(['wxy', 'abz', 'v', undefined]);
});

it('sends an unchanged value again after 30 days, spread over 30 days by the record', async () => {
  const ids = Array.from({ length: 60 }, (_, index) => `old-${index}`);
  const rows = ids.map((id) => scoreRow(id, { run_id: 'refresh' }));
  await clickhouse.insertRows('score_history', rows);
  await storeOutcomes(ids.map((id) => accepted('slow', id, fieldsOf(50), NOW)));
  const subject = subjectOf(configuredAs('slow'), ['refresh']);
  const dueAfter = async (days: number): Promise<number> =>
    (await computePlan(clickhouse, subject, SETTINGS, NOW + days * DAY + 1)).to_send;
  const days: number[] = [];
  for (let day = 29; day <= 60; day += 6) days.push(await dueAfter(day));
  days.push(await dueAfter(60));
  expect([days[0], days.at(-1)]).toEqual([0, 60]);
  expect(Math.max(...days.slice(1).map((count, index) => count - (days[index] ?? 0)))).toBeLessThan(30);
});

it('merges the fields of several models into one record', async () => {
  const ofAccounts = { entity_kind: 'account' } as const;
  await clickhouse.insertRows('score_history', [
    scoreRow('acme', { ...ofAccounts, run_id: 'score', model: 'account_score', score: 61, stage: 'mql' }),
    scoreRow('solo', { ...ofAccounts, run_id: 'score', model: 'account_score', score: 7 }),
    scoreRow('acme', { ...ofAccounts, run_id: 'health', model: 'account_health', score: 80, grade: 'A' }),
  ]);
  const configured = configuredAs('merged', {
    object: 'account',
    entity: 'account',
    match: 'id',
    fields: {
      account_score: { from: 'account_score.score', trigger: { delta: 5 } },
      health: { from: 'account_health.score', trigger: 'change' },
      never_ran: { from: 'account_intent.score', trigger: 'change' },
    },
  });
  const plan = await computePlan(
    clickhouse,
    subjectOf(
      configured,
      ['score', { model: 'account_score', entity_kind: 'account' }],
      ['health', { model: 'account_health', entity_kind: 'account' }],
    ),
    SETTINGS,
    NOW,
  );
  expect(plan.missing).toEqual(['account_intent has never run']);
  const chunk = await readPlanChunk(clickhouse, plan, 'account', 0, NOW);
  expect(chunk?.records.map(({ match_key, fields }) => [match_key, fields])).toEqual([
    ['acme', { account_score: 61, health: 80 }],
    ['solo', { account_score: 7, health: null }],
  ]);
});
