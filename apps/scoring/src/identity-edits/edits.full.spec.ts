import type { Identity, IdentityEdit } from '@millrace/contract-score';
import { useStack } from '@millrace/platform-testing';

import { listEdits } from '../commands/people.command';
import type { RunOutcome } from '../runs/run-model';
import { seal, seedPeople, type SeedSignal } from '../testing/seed';
import { openWhoIsWho, type WhoIsWho } from '../testing/who-is-who';
import { decideEdit, type EditOutcome } from './decide-edit';
import { parseIdentity } from './identity-name';

/** Decisions have the broker's time, so that runs are of now. */
const DAY = new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10);
const LONG_AGO = '2026-01-01T00:00:00Z';
const sees = (time: string, said: Omit<SeedSignal, 'type' | 'at'>): SeedSignal => ({
  at: `${DAY}T${time}Z`,
  type: 'identified',
  keyKind: 'server',
  ...said,
});

const SIGNALS: readonly SeedSignal[] = [
  // One browser, two people.
  sees('15:00', { anonymous: 'desk', user: 'ann', email: 'ann@acme.com' }),
  sees('15:10', { anonymous: 'desk', user: 'ben', email: 'ben@acme.com' }),
  // One address, two people.
  sees('16:00', { user: 'ann', email: 'sales@acme.com' }),
  sees('16:10', { user: 'ben', email: 'sales@acme.com' }),
  // By way of an e-mail.
  sees('17:00', { anonymous: 'phone', email: 'ann@acme.com' }),
  sees('15:20', { anonymous: 'kiosk', user: 'ann', email: 'ann@acme.com' }),
  sees('17:10', { anonymous: 'tablet', email: 'cy@home.com' }),
  sees('17:20', { email: 'cy@work.com' }),
  sees('17:30', { user: 'cy', email: 'cy@play.com' }),
];

const edit = (text: string): IdentityEdit => {
  const [kind = '', identity = '', other] = text.split(' ');
  const said = { identity: parseIdentity(identity), note: 'a spec', author: 'ops', decided_at: 0 };
  const named: Identity | null = other === undefined ? null : parseIdentity(other);
  return kind === 'link' && named !== null
    ? { kind: 'link', ...said, other: named }
    : { kind: 'unlink', ...said, other: named };
};

describe('people correct who is who', () => {
  const stack = useStack();
  let who: WhoIsWho;

  beforeAll(async () => {
    who = await openWhoIsWho(stack.environment);
    await seedPeople(who.connections.clickhouse, [
      { person_id: '7', instance: 'hubspot', own_id: null, email: 'dee@acme.com', name: 'Dee', updated_at: LONG_AGO },
      { person_id: '8', instance: 'hubspot', own_id: 'eli', email: 'eli@acme.com', name: 'Eli', updated_at: LONG_AGO },
      { person_id: 'fay', email: 'fay@acme.com', updated_at: LONG_AGO },
      { person_id: '9', instance: 'hubspot', own_id: null, merged_into: '7', updated_at: LONG_AGO },
    ]);
    await seal(who.connections, 1, new Date().toISOString(), SIGNALS);
  });

  afterAll(() => who.close());

  const decide = (text: string): Promise<EditOutcome> => decideEdit(who.connections.edits, edit(text));
  /** Decides, and runs as of the last decision. */
  const after = async (...texts: string[]): Promise<RunOutcome> => {
    let asOf = Date.now();
    for (const text of texts) asOf = (await decide(text)).appended_at ?? asOf;
    return who.run(asOf);
  };

  it('a wrong merge is undone by unlink and done again by link, each for runs as of later instants', async () => {
    const desk = async (run: RunOutcome): Promise<unknown> => (await who.owners(run, ['anonymous:desk']))[0];
    const first = await who.run(Date.now());
    expect(await desk(first)).toBe('ann');

    const cut = await decide('unlink anonymous:desk user:ann');
    const cutAt = cut.appended_at ?? NaN;
    expect(await desk(await who.run(cutAt - 1))).toBe('ann');
    const second = await who.run(cutAt);
    // The next who was seen with it.
    expect(await desk(second)).toBe('ben');
    expect(await desk(await after('unlink anonymous:desk'))).toBe(null);
    expect(await desk(await after('link user:ann anonymous:desk'))).toBe('ann');

    const again = await who.run(cutAt);
    expect([again.outcome, again.run.run_id]).toEqual(['unchanged', second.run.run_id]);
    expect(again.run.inputs?.['edits']).toEqual({ kind: 'offset', offset: (cut.offset ?? NaN) + 1 });
    expect(first.run.inputs?.['edits']).toEqual({ kind: 'offset', offset: 0 });
    const redone = await who.run(first.run.as_of);
    expect([redone.outcome, redone.run.run_id]).toEqual(['unchanged', first.run.run_id]);
  });

  it('an unlinked e-mail belongs to the next who was seen with it, or to itself, and its person is shown without it', async () => {
    const both = async (run: RunOutcome): Promise<unknown> => [
      await who.owners(run, ['email:sales@acme.com']),
      (await who.people(run, ['ann', 'ben'], ['email'])).map(({ email }) => email),
    ];
    const [ann, ben, sales] = ['ann@acme.com', 'ben@acme.com', 'sales@acme.com'];
    expect(await both(await who.run(Date.now()))).toEqual([['ann'], [sales, sales]]);
    expect(await both(await after('unlink sales@acme.com user:ann'))).toEqual([['ben'], [ann, sales]]);
    expect(await both(await after('unlink sales@acme.com'))).toEqual([[sales], [ann, ben]]);
    expect(await both(await after('link sales@acme.com user:ann'))).toEqual([['ann'], [sales, ben]]);
  });

  it('an e-mail that a system states is not its own any more', async () => {
    const both = async (run: RunOutcome): Promise<unknown> => [
      await who.owners(run, ['email:fay@acme.com']),
      await who.people(run, ['fay'], ['email']),
    ];
    expect(await both(await who.run(Date.now()))).toEqual([['fay'], [{ email: 'fay@acme.com' }]]);
    expect(await both(await after('unlink fay@acme.com user:fay'))).toEqual([['fay@acme.com'], [{ email: '' }]]);
  });

  it('who is cut from a user is cut from the e-mails of that user', async () => {
    const phone = ['anonymous:phone'];
    expect(await who.owners(await who.run(Date.now()), phone)).toEqual(['ann']);
    expect(await who.owners(await after('unlink user:ann anonymous:phone'), phone)).toEqual([null]);
    expect(await who.owners(await after('link anonymous:phone hubspot/7'), phone)).toEqual(['dee@acme.com']);
  });

  it('who is cut from an e-mail is cut from the user who has it', async () => {
    const kiosk = ['anonymous:kiosk', 'email:ann@acme.com'];
    expect(await who.owners(await who.run(Date.now()), kiosk)).toEqual(['ann', 'ann']);
    expect(await who.owners(await after('unlink anonymous:kiosk ann@acme.com'), kiosk)).toEqual([null, 'ann']);
  });

  it('linked e-mails are one person, by the user id of either', async () => {
    const names = ['email:cy@home.com', 'email:cy@work.com', 'email:cy@play.com', 'anonymous:tablet'];
    const owners = async (...texts: string[]): Promise<unknown> => who.owners(await after(...texts), names);
    expect(await owners()).toEqual(['cy@home.com', 'cy@work.com', 'cy', 'cy@home.com']);
    const work = 'cy@work.com';
    expect(await owners('link cy@work.com cy@home.com')).toEqual([work, work, 'cy', work]);
    expect(await owners('link cy@home.com cy@play.com')).toEqual(['cy', 'cy', 'cy', 'cy']);
    expect(await owners('unlink cy@work.com cy@home.com')).toEqual(['cy', work, 'cy', 'cy']);
  });

  it('a record goes where people say, whatever it states, and takes its facts along', async () => {
    const names = ['external:hubspot/7', 'external:hubspot/8', 'email:eli@acme.com', 'external:hubspot/9'];
    const owners = async (...texts: string[]): Promise<unknown> => who.owners(await after(...texts), names);
    const dee = 'dee@acme.com';
    expect(await owners()).toEqual([dee, 'eli', 'eli', dee]);
    const address = 'eli@acme.com';
    expect(await owners('unlink hubspot/8 user:eli')).toEqual([dee, address, address, dee]);
    expect(await owners('unlink hubspot/8')).toEqual([dee, 'hubspot/8', null, dee]);
    const linked = await after('link hubspot/8 user:cy', 'unlink hubspot/9 hubspot/7');
    expect(await who.owners(linked, names)).toEqual([dee, 'cy', 'cy', 'hubspot/9']);
    // A link counts before what was unlinked.
    expect(await who.owners(await after('unlink hubspot/8 cy@play.com'), names)).toEqual([
      dee,
      'cy',
      'cy',
      'hubspot/9',
    ]);
    expect(await who.people(linked, ['cy', dee], ['name', 'email'])).toEqual([
      { name: 'Eli', email: address },
      { name: 'Dee', email: dee },
    ]);
    const apart = await after('unlink hubspot/7 dee@acme.com');
    expect(await who.owners(apart, ['external:hubspot/7', 'email:dee@acme.com'])).toEqual(['hubspot/7', dee]);
    expect(await who.people(apart, ['hubspot/7', dee], ['name', 'email'])).toEqual([
      { name: 'Dee', email: '' },
      { name: '', email: dee },
    ]);
  });

  it('says that nothing changes, and writes nothing', async () => {
    const { length } = who.connections.edits.entries();
    expect(await decide('link anonymous:desk user:ann')).toMatchObject({ outcome: 'unchanged', offset: null });
    expect(who.connections.edits.entries()).toHaveLength(length);
  });

  it.each([
    ['link user:ann user:ben', /user:ann and user:ben never become one person: user ids never join$/],
    ['link anonymous:desk user:ben', /user:ann and user:ben never .*; anonymous:desk is linked to user:ann$/],
    ['link anonymous:desk anonymous:other', null],
    ['link anonymous:one anonymous:two', /Two anonymous ids do not say who it is/],
    ['link user:ann user:ann', /user:ann is named twice/],
    ['unlink user:ann', /user:ann is a person by itself/],
    ['unlink ann@acme.com ben@acme.com', /Nobody linked ann@acme.com and ben@acme.com/],
  ])('%s', async (text, why) => {
    if (why === null) await expect(decide(text)).resolves.toMatchObject({ outcome: 'decided' });
    else await expect(decide(text)).rejects.toThrow(why);
  });

  it('says when another link keeps two together', async () => {
    await decide('link anonymous:bridge user:ann');
    await decide('link anonymous:bridge ann@acme.com');
    await decide('link user:ann ann@acme.com');
    expect(await decide('unlink user:ann ann@acme.com')).toMatchObject({ outcome: 'decided', is_still_linked: true });
  });

  it('of two who decide about the same identities at once one learns that the other did', async () => {
    const { edits } = who.connections;
    const twice = await Promise.allSettled([
      edits.append(edit('link anonymous:race user:ann')),
      edits.append(edit('unlink user:ann anonymous:race')),
    ]);
    expect(twice.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(twice.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'DECISION_LOST' } });
  });

  it('lists what was decided, all or about one, and what still counts', async () => {
    const desk = parseIdentity('anonymous:desk');
    const rows = await listEdits(who.connections.edits, desk);
    expect(rows.slice(0, 3)).toMatchObject([
      { kind: 'unlink', identity: desk, other: { kind: 'user', id: 'ann' }, is_counting: false, author: 'ops' },
      { kind: 'unlink', other: null, is_counting: false },
      { kind: 'link', identity: { kind: 'user', id: 'ann' }, other: desk, is_counting: true, note: 'a spec' },
    ]);
    expect((await listEdits(who.connections.edits, null)).length).toBeGreaterThan(rows.length);
  });
});
