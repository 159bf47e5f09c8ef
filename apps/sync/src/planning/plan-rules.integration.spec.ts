import { PUBLISHED } from '@millrace/catalog-models/published';
import type { ReadBack } from '@millrace/catalog-destinations';
import type { DeliveryOutcome, FieldValue, PlanDecision } from '@millrace/contract-delivery';
import { createClickHouse, runMigrations, SettingAside, type ClickHouse } from '@millrace/platform-clickhouse';
import { silentLog } from '@millrace/platform-kafka';
import { useStack } from '@millrace/platform-testing';

import { MIGRATIONS } from '../deployment';
import type { ObjectMapping } from '../destinations/destination-file';
import { parseDestinations, type ConfiguredDestination } from '../destinations/load-destinations';
import { deliveriesTable } from '../stored/record-tables';
import { webhookEntry } from '../testing/run-sync';
import { createScoreTables, run, scoreRow, setOf, type FixtureRow } from '../testing/score-fixture';
import { computePlan } from './compute-plan';
import type { PlanSubject } from './plan-subject';

const stack = useStack();
const DAY = 86_400_000;
const NOW = Date.UTC(2026, 0, 5, 7, 5);
const SETTINGS = { chunkRecords: 1_000, deadline: '06:00', replica: 'spec' };
let clickhouse: ClickHouse;
let settingAside: SettingAside;

beforeAll(async () => {
  clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
  await runMigrations({ clickhouse, service: 'sync', directory: MIGRATIONS });
  await createScoreTables(clickhouse);
  settingAside = new SettingAside({ clickhouse, service: 'sync', log: silentLog });
});
afterAll(() => clickhouse.close());

/** A destination with one object, in a life of its own: what it accepts, and who is in which run. */
function destinationOf(name: string, object: object = {}, entry: object = {}) {
  const given = { ...(webhookEntry(name, 'http://127.0.0.1:1') as { objects: object[] }), ...entry };
  given.objects = [{ ...given.objects[0], ...object }];
  const text = JSON.stringify({ destinations: [given] });
  const configured = parseDestinations(text, 'f.json', {}, PUBLISHED)[0] as ConfiguredDestination;
  const mapping = configured.entry.objects[0] as ObjectMapping;
  let night = 0;

  const accept = async (key: string, fields: Record<string, FieldValue>, outcome = 'accepted'): Promise<void> => {
    const rows: DeliveryOutcome[] = [
      {
        destination: name,
        object: 'lead',
        record_id: key.split('@')[0] ?? key,
        match_key: key,
        lane: 'batch',
        plan_id: 'earlier',
        run_id: 'run-0',
        idempotency_key: `key of ${key}`,
        attempt: 1,
        outcome,
        detail: '',
        status_code: 200,
        fields,
        as_of: NOW - DAY,
        attempted_at: NOW - DAY,
        duration_ms: 1,
        is_final: true,
        accepted_at: null,
      },
    ];
    await settingAside.insert(deliveriesTable, rows);
  };
  /** Plans a run that has these people; `id` as scoreRow takes it. */
  const plan = async (
    people: readonly (readonly [id: string, values?: Partial<FixtureRow>])[],
    more: Partial<PlanSubject> = {},
  ): Promise<PlanDecision> => {
    night += 1;
    const run_id = `${name}-${night}`;
    if (people.length > 0) {
      await clickhouse.insertRows(
        'score_history',
        people.map(([id, values]) => scoreRow(id, { run_id, ...values })),
      );
    }
    const set = setOf(mapping, run(run_id));
    return computePlan(clickhouse, { configured, mapping, set, ...more }, SETTINGS, NOW);
  };
  const rowsOf = async ({ attempt_id }: PlanDecision): Promise<Record<string, unknown>> => {
    const rows = await clickhouse.query<{ key: string; what: string; mode: string; fields: string }>(
      `select if(match_key = '', record_id, match_key) as key, if(state = 'send', reason, state) as what, mode, fields
       from delivery_plan_rows where attempt_id = {attempt: String} order by position`,
      { attempt: attempt_id },
    );
    return Object.fromEntries(
      rows.map(({ key, what, mode, fields }) => [
        key,
        fields === '' ? what : { what: `${mode} ${what}`.trim(), ...(JSON.parse(fields) as object) },
      ]),
    );
  };
  return { accept, plan, rowsOf, mapping, name };
}

const FIELDS = { lead_score: 50, lead_grade: 'B', lead_stage: 'engaged', lead_score_reasons: ['then'] };
const CLEARED = { lead_score: null, lead_grade: null, lead_stage: null, lead_score_reasons: null };

describe('a leaver', () => {
  it.each<[string, object, unknown]>([
    ['keep', { leavers: 'keep' }, 'no_material_change'],
    ['clear', { leavers: 'clear' }, { what: 'update leaver', ...CLEARED }],
    ['set', { leavers: { set: { lead_score: 0 } } }, { what: 'update leaver', lead_score: 0 }],
    [
      'clear, where nulls are kept otherwise',
      { leavers: 'clear', nulls: 'keep' },
      { what: 'update leaver', ...CLEARED },
    ],
  ])('follows the policy %s, by update only, and comes first', async (name, object, expected) => {
    const crm = destinationOf(`leaver-${name.replaceAll(/\W/g, '')}`, { mode: 'upsert', ...object });
    for (const id of ['stays', 'left']) await crm.accept(`${id}@example.com`, FIELDS);
    const rows = await crm.rowsOf(await crm.plan([['stays', { score: 60 }]]));
    expect(rows).toMatchObject({ 'left@example.com': expected, 'stays@example.com': { what: 'delta' } });
    if (typeof expected === 'object') expect(Object.keys(rows)[0]).toBe('left@example.com');
  });

  it('is who exists and no model has any more, too', async () => {
    const crm = destinationOf('leaver-unscored', { leavers: 'clear' });
    await crm.accept('ann@example.com', FIELDS);
    const rows = await crm.rowsOf(
      await crm.plan([
        ['ann', { is_scored: false }],
        ['bob', { is_scored: false }],
      ]),
    );
    expect(rows).toEqual({
      'ann@example.com': { what: 'update leaver', ...CLEARED },
      'bob@example.com': 'no_material_change',
    });
  });

  it('is left alone once its policy is done', async () => {
    const crm = destinationOf('leaver-done', { leavers: 'clear' });
    await crm.accept('left@example.com', CLEARED);
    expect((await crm.plan([['ann']])).to_send).toBe(1);
  });
});

describe('unscored', () => {
  it('is null, never 0: it is a change from a number, and a number is one from it', async () => {
    const crm = destinationOf('unscored');
    await crm.accept('to-null@example.com', { ...FIELDS, lead_score: 0 });
    await crm.accept('from-null@example.com', { ...FIELDS, lead_score: null });
    await crm.accept('stays-null@example.com', { ...FIELDS, lead_score: null });
    const rows = await crm.rowsOf(
      await crm.plan([
        ['to-null', { score: null as never }],
        ['from-null', { score: 0 }],
        ['stays-null', { score: null as never }],
        ['never-known', { score: null as never, grade: 'A', stage: 'none' }],
      ]),
    );
    expect(rows).toMatchObject({
      'to-null@example.com': { what: 'change', lead_score: null },
      'from-null@example.com': { what: 'change', lead_score: 0 },
      'stays-null@example.com': 'no_material_change',
      'never-known@example.com': 'no_material_change',
    });
  });

  it('is not sent where the mapping keeps what is there, and does not fire', async () => {
    const crm = destinationOf('nulls-keep', { nulls: 'keep' });
    for (const id of ['only-null', 'both']) await crm.accept(`${id}@example.com`, FIELDS);
    const rows = await crm.rowsOf(
      await crm.plan([
        ['only-null', { score: null as never }],
        ['both', { score: null as never, grade: 'A' }],
      ]),
    );
    expect(rows['only-null@example.com']).toBe('no_material_change');
    expect(rows['both@example.com']).toEqual({
      what: 'change',
      lead_grade: 'A',
      lead_stage: 'engaged',
      lead_score_reasons: ['Viewed pricing / plans twice'],
    });
  });
});

it('sends two records with one match key as the first of the order, changed or not, and suppresses the other', async () => {
  const crm = destinationOf('duplicates');
  await crm.accept('ana@example.com', { ...FIELDS, lead_score: 40 });
  const people = [
    ['young', { email: 'ana@example.com', score: 70, created_at: 2_000 }],
    ['old', { email: 'ana@example.com', score: 40, created_at: 1_000 }],
  ] as const;
  const plan = await crm.plan(people);
  expect(plan).toMatchObject({ to_send: 0, suppressed: { duplicate_match_key: 1, no_material_change: 1 } });
  const flagged = await crm.plan(
    people.map(([id, values]) => [id, { ...values, do_not_sync: id === 'young', score: 90 }]),
  );
  expect(flagged).toMatchObject({ to_send: 0, suppressed: { do_not_sync: 2 } });
});

it('creates only what was never accepted, where the mode is create', async () => {
  const crm = destinationOf('create', { mode: 'create' });
  await crm.accept('known@example.com', FIELDS);
  const rows = await crm.rowsOf(await crm.plan([['known', { score: 90 }], ['new']]));
  expect(rows).toMatchObject({
    'known@example.com': 'no_material_change',
    'new@example.com': { what: 'first_non_zero' },
  });
});

describe('a destination with an instance', () => {
  const storeFacts = (instance: string, ...rows: [id: string, email: string, emails: string[], isGone?: boolean][]) =>
    clickhouse.insertRows(
      'instance_facts',
      rows.map(([external_id, email, emails, is_gone = false]) => ({ instance, external_id, email, emails, is_gone })),
    );

  it('finds a person by the e-mail that the instance states, or by its id of the person', async () => {
    await storeFacts('hub-a', ['1', 'ana@example.com', ['ana@example.com']]);
    const person = ['ana-now', { instance_ids: ['hub-a/1', 'other/9'] }] as const;
    const byEmail = destinationOf('by-email', {}, { instance: 'hub-a' });
    expect(Object.keys(await byEmail.rowsOf(await byEmail.plan([person])))).toEqual(['ana@example.com']);
    const byId = destinationOf('by-crm-id', { match: 'crm_id' }, { instance: 'hub-a' });
    expect(await byId.rowsOf(await byId.plan([person, ['nobody-there']]))).toMatchObject({
      1: { what: 'first_non_zero' },
      'nobody-there': 'no_match_key',
    });
  });

  it('an e-mail that changed there moves what was accepted: no leaver, nothing sent, nothing created', async () => {
    await storeFacts('hub-b', ['7', 'new@example.com', ['old@example.com', 'new@example.com']]);
    const crm = destinationOf('renamed', { leavers: 'clear', mode: 'upsert' }, { instance: 'hub-b' });
    await crm.accept('old@example.com', FIELDS);
    const person = ['p', { email: 'new@example.com', instance_ids: ['hub-b/7'] }] as const;
    expect(await crm.rowsOf(await crm.plan([person]))).toEqual({ 'new@example.com': 'no_material_change' });
    expect(await crm.rowsOf(await crm.plan([person]))).toEqual({ 'new@example.com': 'no_material_change' });
  });

  it('who left since the e-mail changed there is a leaver under the new one', async () => {
    await storeFacts('hub-g', ['7', 'new@example.com', ['old@example.com', 'new@example.com']]);
    const crm = destinationOf('renamed-left', { leavers: 'clear' }, { instance: 'hub-g' });
    await crm.accept('old@example.com', FIELDS);
    for (let plan = 0; plan < 2; plan++) {
      expect(await crm.rowsOf(await crm.plan([]))).toEqual({
        'new@example.com': { what: 'update leaver', ...CLEARED },
      });
    }
  });

  it('an e-mail that changed in the product only is still found by the one that the instance states', async () => {
    await storeFacts('hub-c', ['7', 'old@example.com', ['old@example.com']]);
    const crm = destinationOf('changed', { leavers: 'clear', mode: 'upsert' }, { instance: 'hub-c' });
    await crm.accept('old@example.com', FIELDS);
    const person = ['p', { email: 'new@example.com', instance_ids: ['hub-c/7'] }] as const;
    expect(await crm.rowsOf(await crm.plan([person]))).toEqual({ 'old@example.com': 'no_material_change' });
  });

  it('deleted there and active in the product is not sent, in any mode, until it tells of it again', async () => {
    await storeFacts('hub-d', ['3', '', ['ana@example.com'], true]);
    const crm = destinationOf('gone', { leavers: 'clear', mode: 'upsert' }, { instance: 'hub-d' });
    await crm.accept('ana@example.com', FIELDS);
    expect(await crm.rowsOf(await crm.plan([['ana', { score: 90 }]]))).toEqual({ 'ana@example.com': 'gone' });
    expect(await crm.rowsOf(await crm.plan([]))).toEqual({ 'ana@example.com': 'gone' });
    await storeFacts('hub-d', ['4', 'ana@example.com', ['ana@example.com']]);
    const again = await crm.plan([['ana', { score: 90, instance_ids: ['hub-d/4'] }]]);
    // What it had is gone with it: all of it is sent, whether or not it has changed.
    expect(await crm.rowsOf(again)).toMatchObject({ 'ana@example.com': { what: 'change' } });
  });

  it('deleted there after the run that names it is not sent, by whichever key, nor is its leaver', async () => {
    await storeFacts('hub-e', ['5', '', ['ana@example.com'], true]);
    const person = ['ana', { score: 90, instance_ids: ['hub-e/5'] }] as const;
    const byEmail = destinationOf('gone-late', { mode: 'upsert' }, { instance: 'hub-e' });
    await byEmail.accept('ana@example.com', FIELDS);
    expect(await byEmail.rowsOf(await byEmail.plan([person]))).toEqual({ 'ana@example.com': 'gone' });
    const byId = destinationOf('gone-late-id', { match: 'crm_id', leavers: 'clear' }, { instance: 'hub-e' });
    await byId.accept('5', FIELDS);
    expect(await byId.rowsOf(await byId.plan([person]))).toEqual({ 5: 'gone' });
  });

  it('of several records of a person in it the one that is still there is found', async () => {
    await storeFacts('hub-f', ['1', '', ['a@example.com'], true], ['2', 'b@example.com', ['b@example.com']]);
    const person = ['ana', { email: 'a@example.com', instance_ids: ['hub-f/1', 'hub-f/2'] }] as const;
    const byEmail = destinationOf('several', {}, { instance: 'hub-f' });
    expect(Object.keys(await byEmail.rowsOf(await byEmail.plan([person])))).toEqual(['b@example.com']);
    const byId = destinationOf('several-id', { match: 'crm_id' }, { instance: 'hub-f' });
    expect(Object.keys(await byId.rowsOf(await byId.plan([person])))).toEqual(['2']);
  });
});

describe('an idempotency key', () => {
  const keyOf = async ({ attempt_id }: PlanDecision): Promise<string> => {
    const sql =
      "select idempotency_key from delivery_plan_rows where attempt_id = {attempt: String} and state = 'send'";
    const row = await clickhouse.queryOne<{ idempotency_key: string }>(sql, { attempt: attempt_id });
    return row?.idempotency_key ?? '';
  };

  it('is the same for the same transition in any plan, and another for going back', async () => {
    const crm = destinationOf('keys');
    const first = await keyOf(await crm.plan([['ann', { score: 60 }]]));
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await keyOf(await crm.plan([['ann', { score: 60 }]]))).toBe(first);
    expect(await keyOf(await crm.plan([['ann', { score: 61 }]]))).not.toBe(first);
    await crm.accept('ann@example.com', { ...FIELDS, lead_score: 80 });
    expect(await keyOf(await crm.plan([['ann', { score: 60 }]]))).not.toBe(first);
  });
});

describe('the first plan of an object', () => {
  it('asks what is there, which counts as accepted', async () => {
    const crm = destinationOf('first');
    const asked: string[][] = [];
    const readBack = (_mapping: ObjectMapping, keys: readonly string[]): Promise<ReadBack> => {
      asked.push([...keys]);
      const { lead_score_reasons: _reasons, ...values } = { ...FIELDS, lead_score: 52 };
      return Promise.resolve({ kind: 'values', records: [{ match_key: 'ann@example.com', values }] });
    };
    const plan = await crm.plan([['ann'], ['bob'], ['zero', { score: 0 }]], { readBack });
    expect(asked).toEqual([['ann@example.com', 'bob@example.com']]);
    expect(await crm.rowsOf(plan)).toMatchObject({
      'ann@example.com': 'no_material_change',
      'bob@example.com': { what: 'first_non_zero' },
    });
    expect(plan.is_first).toBe(true);
  });

  it('is made again when its records are found by another key: no leaver, nothing of before counts', async () => {
    const crm = destinationOf('other-match', { leavers: 'clear', match: 'id' });
    await crm.accept('ann@example.com', FIELDS);
    const before = { match: 'email', through: 0, to_send: 0 } as PlanDecision;
    const plan = await crm.plan([['ann']], { before });
    expect(await crm.rowsOf(plan)).toMatchObject({ ann: { what: 'first_non_zero' } });
    expect(plan).toMatchObject({ is_first: true, to_send: 1 });
    expect((await crm.plan([['ann']], { before: plan })).to_send).toBe(1);
  });
});

describe('a rail', () => {
  const people = Array.from({ length: 100 }, (_, n) => `p${String(n).padStart(2, '0')}`);

  it('lets what is within it go; the end of the order waits', async () => {
    const crm = destinationOf('rail');
    await crm.accept('p00@example.com', FIELDS);
    const compared = Array.from({ length: 14 }, () => ({ to_send: 5, suppressed: {} }) as PlanDecision);
    const plan = await crm.plan(
      people.map((id) => [id, { score: 60 }]),
      { compared },
    );
    expect(plan).toMatchObject({ to_send: 10, suppressed: { waits_for_approval: 90 } });
    expect(plan.held_because).toContain('twice the median');
    const held = await crm.plan(
      people.map((id) => [id, { score: 70 }]),
      { forced: { heldOf: plan.attempt_id } },
    );
    expect(held).toMatchObject({ to_send: 90, suppressed: { waits_for_approval: 0 } });
  });

  it('holds leavers and stages that end beyond a tenth of the records', async () => {
    const crm = destinationOf('rail-exits', { leavers: 'clear' });
    for (const id of [...people, 'left-1', 'left-2']) await crm.accept(`${id}@example.com`, FIELDS);
    const plan = await crm.plan(people.map((id) => [id, { stage: id < 'p50' ? 'none' : 'engaged', score: 60 }]));
    expect(plan).toMatchObject({ to_send: 10 + 50, suppressed: { waits_for_approval: 42 } });
    const rows = Object.keys(await crm.rowsOf(plan));
    expect(rows.slice(0, 2)).toEqual(['left-1@example.com', 'left-2@example.com']);
  });
});
