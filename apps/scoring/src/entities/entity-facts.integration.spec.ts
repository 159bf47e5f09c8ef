import { createAccount, createPerson, type Account, type Person } from '@millrace/contract-signal';
import { silentLog } from '@millrace/platform-kafka';
import { useStack } from '@millrace/platform-testing';

import { readScoringConfig } from '../app.config';
import { deploy } from '../commands/deploy';
import { closeConnections, createConnections, type Connections } from '../connections/connections';
import { asOffsetsParam, entityOffsetsAt, type OffsetVector } from './entity-offsets';
import { accountRow, personRow } from './entity-rows';

const stack = useStack();
let connections: Connections;

beforeAll(async () => {
  const config = readScoringConfig({ ...stack.environment, SCORING_PORT: '0' });
  await deploy(config);
  connections = createConnections(config, silentLog);
});
afterAll(() => closeConnections(connections));
beforeEach(async () => {
  await connections.clickhouse.command('truncate table person_facts');
  await connections.clickhouse.command('truncate table account_facts');
});

const MARCH = Date.UTC(2026, 2, 1);
const MAY = Date.UTC(2026, 4, 1);
let offset = 0;

/** A record of one instance, as landed from the partition. `updated_at` rises with the offset unless it is given. */
const person = (
  id: string,
  values: Partial<Person> | null = {},
  { partition = 0, appendedAt = MARCH } = {},
): object => {
  offset += 1;
  const name = { instance: values?.instance ?? 'direct', id };
  const entity = values === null ? null : createPerson({ person_id: id, updated_at: offset, ...values });
  return personRow({ name, partition, offset, appendedAt, entity });
};
const account = (id: string, values: Partial<Account> = {}): object => {
  offset += 1;
  const name = { instance: values.instance ?? 'direct', id };
  const entity = createAccount({ account_id: id, updated_at: offset, ...values });
  return accountRow({ name, partition: 0, offset, appendedAt: MARCH, entity });
};
const land = (...people: object[]): Promise<unknown> => connections.clickhouse.insertRows('person_facts', people);
const landAccounts = (...rows: object[]): Promise<unknown> => connections.clickhouse.insertRows('account_facts', rows);

const read = (sql: string, params = {}): Promise<unknown[]> => connections.clickhouse.query(sql, params);
const people = (columns: string): Promise<unknown[]> => read(`select ${columns} from people order by person_id`);
const factsAt = (columns: string, offsets: OffsetVector): Promise<unknown[]> =>
  read(
    `select ${columns} from person_facts_at(offsets = {offsets: Array(Tuple(Int32, Int64))})
    order by instance, external_id`,
    { offsets: asOffsetsParam(offsets) },
  );

describe('the view people', () => {
  it('has of two instances that disagree the flag of the one that says so, until it takes it back', async () => {
    const hubspot = { instance: 'hubspot', own_id: 'u1' };
    await land(person('77', { ...hubspot, do_not_sync: true, consent: 'unsubscribed' }), person('u1'));
    await land(person('u1', { consent: 'subscribed', do_not_score: true }));
    const flags = 'person_id, do_not_sync, do_not_score, consent';
    expect(await people(flags)).toEqual([
      { person_id: 'u1', do_not_sync: true, do_not_score: true, consent: 'unsubscribed' },
    ]);
    await land(person('77', hubspot));
    expect(await people(flags)).toEqual([
      { person_id: 'u1', do_not_sync: false, do_not_score: true, consent: 'subscribed' },
    ]);
  });

  it('takes each field from the newest version that has it; what nobody knows does not win', async () => {
    await land(person('u1', { name: 'Ann', title: 'VP', email: 'ann@acme.com' }));
    await land(person('77', { instance: 'hubspot', own_id: 'u1', name: 'Anna', owner: 'Eve' }));
    expect(await people('person_id, name, title, email, owner, email_domain')).toEqual([
      { person_id: 'u1', name: 'Anna', title: 'VP', email: 'ann@acme.com', owner: 'Eve', email_domain: 'acme.com' },
    ]);
  });

  it('never takes an id of another system for the own id of a person', async () => {
    await land(person('u1', { name: 'Ann' }), person('u1', { instance: 'hubspot', name: 'Bob' }));
    await land(person('u2', { instance: 'hubspot', email: 'cy@acme.com' }), person('cy@acme.com', { name: 'Cy' }));
    expect(await people('person_id, name')).toEqual([
      { person_id: 'cy@acme.com', name: 'Cy' },
      { person_id: 'hubspot/u1', name: 'Bob' },
      { person_id: 'u1', name: 'Ann' },
    ]);
  });

  it('reads records of before instances as it did', async () => {
    await land(person('u1', { email: 'Ann@acme.com', account_id: 'acme' }), person('Odd@x.test'), person('crm/1'));
    expect(await people('person_id, email, account_id')).toEqual([
      { person_id: 'Odd@x.test', email: null, account_id: null },
      { person_id: 'crm/1', email: null, account_id: null },
      { person_id: 'u1', email: 'ann@acme.com', account_id: 'acme' },
    ]);
  });

  it('names the account of a person as the view accounts does', async () => {
    await landAccounts(
      account('acme', { tier: 'mid' }),
      account('9', { instance: 'hubspot', own_id: 'acme', tier: null, is_target: true }),
      account('acme', { instance: 'hubspot' }),
    );
    await land(
      person('u1', { account_id: 'acme' }),
      person('77', { instance: 'hubspot', own_id: 'u2', account_id: '9' }),
      person('78', { instance: 'hubspot', own_id: 'u3', account_id: 'acme' }),
    );
    expect(await people('person_id, account_id')).toEqual([
      { person_id: 'u1', account_id: 'acme' },
      { person_id: 'u2', account_id: 'acme' },
      { person_id: 'u3', account_id: 'hubspot/acme' },
    ]);
    expect(await read('select account_id, tier, is_target from accounts order by account_id')).toEqual([
      { account_id: 'acme', tier: 'mid', is_target: true },
      { account_id: 'hubspot/acme', tier: null, is_target: false },
    ]);
  });

  it('forgets who was deleted, and knows them again when they come back', async () => {
    const count = async (): Promise<number> => (await people('person_id')).length;
    await land(person('u1', { updated_at: 1 }), person('u1', { updated_at: 3, deleted: true }));
    await land(person('u1', { updated_at: 2 }));
    expect(await count()).toBe(0);
    await land(person('u1', { updated_at: 4, name: 'Ann' }));
    expect(await count()).toBe(1);
    await land(person('u1', null));
    expect(await count()).toBe(0);
  });
});

describe('person_facts_at', () => {
  it('has of each instance and id the newest version, and by offset of two of one version', async () => {
    await land(
      person('u1', { name: 'new', updated_at: 9 }),
      person('u1', { name: 'old', updated_at: 8 }),
      person('u2', { name: 'first', updated_at: 9 }),
      person('u2', { name: 'second', updated_at: 9 }),
    );
    expect(await factsAt('external_id, name', [])).toEqual([
      { external_id: 'u1', name: 'new' },
      { external_id: 'u2', name: 'second' },
    ]);
  });

  it('is the same when a record is landed twice', async () => {
    const rows = [person('u1', { name: 'Ann' }), person('u1', { name: 'Anna' })];
    await land(...rows);
    await land(...rows);
    expect(await factsAt('external_id, name', [])).toEqual([{ external_id: 'u1', name: 'Anna' }]);
    expect(await read('select count() as versions from person_facts final')).toEqual([{ versions: 2 }]);
  });

  it('keeps who was deleted, and what a person was merged into', async () => {
    await land(
      person('77', { instance: 'hubspot', merged_into: '78' }),
      person('78', { instance: 'hubspot', deleted: true, name: 'Ann' }),
      person('u1', null, { appendedAt: MARCH }),
    );
    expect(await factsAt('external_id, is_deleted, is_erased, merged_into, name', [])).toEqual([
      { external_id: 'u1', is_deleted: true, is_erased: true, merged_into: null, name: null },
      { external_id: '77', is_deleted: false, is_erased: false, merged_into: '78', name: null },
      { external_id: '78', is_deleted: true, is_erased: false, merged_into: null, name: 'Ann' },
    ]);
    expect(await people('person_id')).toEqual([]);
  });

  it('reads the facts of March as of March, partition by partition', async () => {
    await land(
      person('u1', { name: 'March' }),
      person('u2', { name: 'March' }, { partition: 1 }),
      person('u1', { name: 'May' }, { appendedAt: MAY }),
      person('u2', { name: 'May' }, { partition: 1, appendedAt: MAY }),
      person('u3', { name: 'May' }, { partition: 2, appendedAt: MAY }),
    );
    const march = await entityOffsetsAt(connections.clickhouse, MARCH);
    expect(march.notes).toEqual([]);
    expect(await factsAt('external_id, name', march.people)).toEqual([
      { external_id: 'u1', name: 'March' },
      { external_id: 'u2', name: 'March' },
    ]);
    const may = await entityOffsetsAt(connections.clickhouse, MAY);
    expect(await factsAt('name', may.people)).toEqual([{ name: 'May' }, { name: 'May' }, { name: 'May' }]);
  });

  it('reads the facts of today as of an instant before the first, and says so', async () => {
    await land(person('u1', { name: 'May' }, { appendedAt: MAY }));
    const { people: offsets, accounts, notes } = await entityOffsetsAt(connections.clickhouse, MARCH);
    expect(notes).toEqual(['people: facts of today']);
    expect(await factsAt('name', offsets)).toEqual([{ name: 'May' }]);
    await land(person('u1', { name: 'June' }));
    expect(await factsAt('name', offsets)).toEqual([{ name: 'May' }]);
    await landAccounts(account('acme'));
    const named = 'select external_id from account_facts_at(offsets = {offsets: Array(Tuple(Int32, Int64))})';
    expect(await read(named, { offsets: asOffsetsParam(accounts) })).toEqual([]);
  });
});
