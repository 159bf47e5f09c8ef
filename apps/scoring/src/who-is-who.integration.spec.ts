import { useStack } from '@millrace/platform-testing';

import type { RunOutcome } from './runs/run-model';
import { seal, seedAccounts, seedPeople, type SeedSignal } from './testing/seed';
import { openWhoIsWho, type WhoIsWho } from './testing/who-is-who';

// 02:00 in New York.
const AS_OF = Date.parse('2026-11-23T07:00:00Z');
const DAY_MS = 86_400_000;
const LONG_AGO = '2026-01-01T00:00:00Z';

type Said = Omit<SeedSignal, 'type' | 'at'>;
const identifies = (at: string, said: Said): SeedSignal => ({ at, type: 'identified', ...said });
const joins = (at: string, said: Said): SeedSignal => ({ at, type: 'account_joined', ...said });
const record = (id: string, at: string, facts: object): Readonly<Record<string, unknown>> & { updated_at: string } => ({
  person_id: id,
  instance: 'hubspot',
  own_id: null,
  updated_at: at,
  ...facts,
});

const SIGNALS: readonly SeedSignal[] = [
  identifies('2026-11-19T15:00Z', {
    user: 'ann',
    keyKind: 'server',
    properties: { name: 'Ann', title: 'VP', department: 'Sales', 'company.name': 'Acme', phone: '+1 555 0100' },
  }),
  identifies('2026-11-20T15:00Z', { user: 'ann', keyKind: 'page', properties: { title: ' SVP ' } }),
  identifies('2026-11-20T15:00Z', { user: 'ann', id: '0', properties: { title: 'Ops', department: '', name: '{}' } }),
  identifies('2026-11-20T15:00Z', { user: 'ann', bot: true, properties: { title: 'Bot' } }),
  // Facts of systems come first.
  identifies('2026-11-20T16:00Z', {
    user: 'bea',
    keyKind: 'server',
    properties: {
      ...{ name: 'Bea B.', title: 'CEO', phone: '555', tier: 'strategic', owner: 'bea', consent: 'subscribed' },
      ...{ do_not_sync: 'true', seniority: 'manager' },
    },
  }),
  // A browser, before and after it says who it is.
  identifies('2026-11-20T17:00Z', { anonymous: 'browser', properties: { firstName: 'Cy', lastName: 'Young' } }),
  identifies('2026-11-20T17:01Z', { anonymous: 'browser', email: 'cy@acme.com', properties: { job_title: 'CTO' } }),
  identifies('2026-11-20T17:02Z', {
    user: 'dee',
    properties: { 'context.traits.company': 'Dee Ltd', name: 'x'.repeat(300) },
  }),
  // A group's own traits are the account's.
  ...(['page', 'server'] as const).map((keyKind): SeedSignal =>
    joins('2026-11-20T18:00Z', {
      user: `of-${keyKind}`,
      account: `acc-${keyKind}`,
      keyKind,
      properties: { name: 'Alder', title: 'a title', phone: '1', plan: 'gold', 'context.traits.title': 'Buyer' },
    }),
  ),
  // A page claims addresses that a server, and a record, say are others'.
  identifies('2026-11-18T15:00Z', {
    user: 'mallory',
    email: 'eve@acme.com',
    keyKind: 'page',
    properties: { title: 'Owner' },
  }),
  identifies('2026-11-19T15:00Z', {
    user: 'eve',
    email: 'eve@acme.com',
    keyKind: 'server',
    properties: { title: 'CFO' },
  }),
  identifies('2026-11-18T15:00Z', { user: 'mallory', email: 'fay@acme.com', keyKind: 'page' }),
  identifies('2026-11-20T15:00Z', {
    email: 'fay@acme.com',
    keyKind: 'page',
    properties: { title: 'Owner', phone: '666' },
  }),
  { at: '2026-11-20T15:00Z', type: 'demo_requested', user: 'fay' },
  { at: '2026-11-20T15:00Z', type: 'demo_requested', email: 'old@acme.com' },
];

describe('who is who, as signals and systems say', () => {
  const stack = useStack();
  let who: WhoIsWho;
  let newest: RunOutcome;

  beforeAll(async () => {
    who = await openWhoIsWho(stack.environment);
    const { connections } = who;
    const { clickhouse } = connections;
    await seedPeople(clickhouse, [
      { person_id: 'bea', title: 'CFO', name: 'Bea', updated_at: LONG_AGO },
      { person_id: 'fay', email: 'fay@acme.com', title: 'Engineer', updated_at: LONG_AGO },
      record('1', LONG_AGO, { email: 'old@acme.com', name: 'Old' }),
      record('2', LONG_AGO, { own_id: 'gil', email: 'gil@acme.com', name: 'Gil' }),
      // The CRM merges the one into the other on 20 November, and takes it back on the 22nd.
      record('1', '2026-11-20T12:00:00Z', { email: 'old@acme.com', name: 'Old', merged_into: '2' }),
      record('1', '2026-11-22T12:00:00Z', { email: 'old@acme.com', name: 'Old' }),
    ]);
    await seal(connections, 1, '2026-11-23T06:10:00Z', SIGNALS);
    newest = await who.run(AS_OF);
  });

  afterAll(() => who.close());

  it('a second identify that names fewer traits loses none; at one instant the higher signal id counts', async () => {
    expect(await who.people(newest, ['ann'], ['name', 'title', 'department', 'company', 'phone'])).toEqual([
      { name: 'Ann', title: 'SVP', department: 'Sales', company: 'Acme', phone: '+1 555 0100' },
    ]);
  });

  it('what a system states comes before a trait, and nothing but traits is taken of a signal; its title says the rest', async () => {
    const columns = [
      'name',
      'title',
      'phone',
      'tier',
      'owner',
      'consent',
      'seniority',
      'seniority_from',
      'do_not_sync',
    ];
    expect(await who.people(newest, ['bea'], columns)).toEqual([
      {
        name: 'Bea',
        title: 'CFO',
        phone: '555',
        tier: 'none',
        owner: '',
        consent: '',
        seniority: 'c_level',
        seniority_from: 'title',
        do_not_sync: false,
      },
    ]);
  });

  it('puts together what the identities of a person said', async () => {
    expect(await who.people(newest, ['cy@acme.com', 'dee'], ['name', 'title', 'company'])).toEqual([
      { name: 'Cy Young', title: 'CTO', company: '' },
      { name: '', title: '', company: 'Dee Ltd' },
    ]);
  });

  it('takes the name of an account from a server, never from a page, and nothing else of a group', async () => {
    expect(await who.people(newest, ['of-server', 'of-page'], ['company', 'title', 'phone', 'name'])).toEqual([
      { company: 'Alder', title: 'Buyer', phone: '', name: '' },
      { company: '', title: 'Buyer', phone: '', name: '' },
    ]);
  });

  it('a page that claims an address moves nobody and overrides no fact', async () => {
    expect(await who.owners(newest, ['email:eve@acme.com', 'email:fay@acme.com'])).toEqual(['eve', 'fay']);
    expect(await who.people(newest, ['eve', 'fay', 'mallory'], ['title', 'email'])).toEqual([
      { title: 'CFO', email: 'eve@acme.com' },
      { title: 'Engineer', email: 'fay@acme.com' },
      expect.objectContaining({ title: 'Owner' }),
    ]);
  });

  it('tells destinations whom they may hear of, and by which records each instance knows them', async () => {
    const { clickhouse } = who.connections;
    const audience = await clickhouse.query(
      `select record_id, email, instance_ids from audience_people_of(run_id = {run_id: String})
      where notEmpty(instance_ids) order by record_id`,
      { run_id: newest.run.run_id },
    );
    expect(audience).toEqual([
      { record_id: 'gil', email: 'gil@acme.com', instance_ids: ['hubspot/2'] },
      { record_id: 'old@acme.com', email: 'old@acme.com', instance_ids: ['hubspot/1'] },
    ]);
    const known = await clickhouse.query(`select * from instance_people(instance = 'hubspot') order by external_id`);
    expect(known).toEqual([
      { external_id: '1', email: 'old@acme.com', is_gone: false, emails: ['old@acme.com'] },
      { external_id: '2', email: 'gil@acme.com', is_gone: false, emails: ['gil@acme.com'] },
    ]);
  });

  it('a merge at the CRM moves identities, and its undoing moves them back', async () => {
    const names = ['external:hubspot/1', 'email:old@acme.com', 'external:hubspot/2'];
    const asOf = async (day: number): Promise<unknown> => who.owners(await who.run(AS_OF - day * DAY_MS), names);
    expect(await asOf(3)).toEqual(['old@acme.com', 'old@acme.com', 'gil']);
    expect(await asOf(2)).toEqual(['gil', 'old@acme.com', 'gil']);
    expect(await who.owners(newest, names)).toEqual(['old@acme.com', 'old@acme.com', 'gil']);
  });
});

describe('accounts by domain', () => {
  const stack = useStack();
  let who: WhoIsWho;

  afterAll(() => who.close());

  it('are told apart below a private suffix, go to the oldest with an owner, and come after the one that is named', async () => {
    who = await openWhoIsWho(stack.environment);
    const { connections } = who;
    const { clickhouse } = connections;
    const company = (account_id: string, domain: string, created_at: string, owner: string | null = null) => ({
      ...{ account_id, domain, created_at, owner },
      updated_at: LONG_AGO,
    });
    await seedAccounts(clickhouse, [
      company('acme-uk', 'acme.uk.com', '2024-01-01T00:00:00Z'),
      company('other-uk', 'other.uk.com', '2024-01-01T00:00:00Z'),
      company('A1', 'acme.com', '2024-01-01T00:00:00Z'),
      company('A2', 'acme.com', '2024-06-01T00:00:00Z', 'dana'),
      company('A9', 'nine.com', '2024-06-01T00:00:00Z'),
    ]);
    await seedPeople(
      clickhouse,
      [
        { person_id: 'ana', email: 'ana@acme.uk.com' },
        { person_id: 'bo', email: 'bo@other.uk.com' },
        { person_id: 'cy', email: 'cy@acme.com' },
        { person_id: 'di', email: 'di@acme.com', account_id: 'A9' },
      ].map((person) => ({ ...person, updated_at: LONG_AGO })),
    );
    await seal(connections, 1, '2026-11-23T06:10:00Z', [
      { at: '2026-11-20T15:00Z', type: 'demo_requested', user: 'ana' },
    ]);
    const run = await who.run(AS_OF);
    expect(await who.people(run, ['ana', 'bo', 'cy', 'di'], ['email_domain', 'account_id'])).toEqual([
      { email_domain: 'acme.uk.com', account_id: 'acme-uk' },
      { email_domain: 'other.uk.com', account_id: 'other-uk' },
      { email_domain: 'acme.com', account_id: 'A2' },
      { email_domain: 'acme.com', account_id: 'A9' },
    ]);
    const listed = await clickhouse.query(
      "select account_id from audience_accounts where domain = 'acme.com' order by account_id",
    );
    expect(listed).toEqual([{ account_id: 'A1' }, { account_id: 'A2' }]);
  });
});
