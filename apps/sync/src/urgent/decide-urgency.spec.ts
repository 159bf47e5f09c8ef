import type { ProducerRecord } from '@millrace/platform-kafka';

import { destinationSchema, type DestinationEntry } from '../destinations/destination-file';
import { EntityIndex } from '../entities/entity-index';
import { UNREADABLE, type KnownPerson } from '../entities/known-entities';
import { decideUrgency, type UrgencyDeps } from './decide-urgency';
import { createEmailFinder } from './email-finder';
import { KnownEmails } from './known-emails';
import { compileRules } from './match-rules';
import type { ProjectedSignal } from './projected-signal';
import type { UrgentDecision } from './urgent-decision';
import type { UrgentClaim } from './urgent-ledger';
import { DEFAULT_URGENCY_RULES } from './urgency-rules';
import { createWaitForEntities } from './when-current';

const entryOf = (name: string, urgent: object, objects: object[] = []): DestinationEntry =>
  destinationSchema.parse({ name, kind: 'webhook', settings: {}, urgent, objects });
const fields = { score: { from: 'lead_score.score' } };
const byEmail = entryOf('mail', { person: { object: 'lead', match: 'email' } });
const byId = entryOf('warehouse', { person: { object: 'lead', match: 'id' } });
const sendsAll = entryOf('crm', { person: { object: 'lead', match: 'id' } }, [
  { object: 'lead', unsubscribed: 'send', fields },
]);
const accounts = entryOf('chat', { account: { object: 'account', match: 'id' } });

const personOf = (values: Partial<KnownPerson> & { person_id: string }): KnownPerson => ({
  email: null,
  account_id: null,
  consent: null,
  do_not_sync: false,
  created_at: null,
  ...values,
});

/** A lane without a broker: time stands still but for sleeps. */
class Lane {
  readonly index = new EntityIndex();
  readonly emails = new KnownEmails(1_000);
  readonly claims = new Map<string, { value: UrgentClaim; key: string; offset: bigint; appendedAt: number }>();
  readonly sent: string[] = [];
  readonly stored = new Map<string, string>();
  readonly deps: UrgencyDeps;
  time = 1_000_000;
  isCurrent: () => boolean = () => true;
  isOver = false;
  #offset = 0n;

  constructor(entries: readonly DestinationEntry[]) {
    const now = (): number => this.time;
    const sleep = (ms: number): Promise<void> => {
      this.time += ms;
      return Promise.resolve();
    };
    this.deps = {
      matcher: compileRules(DEFAULT_URGENCY_RULES),
      entities: this.index,
      whenCurrent: createWaitForEntities(() => this.isCurrent(), { sleep, now }),
      emails: createEmailFinder({
        emails: this.emails,
        find: (user_id) => {
          const email = this.stored.get(user_id);
          if (email === 'away') return Promise.reject(new Error('ClickHouse is away'));
          return Promise.resolve(email === undefined ? null : { user_id, email, at: 1 });
        },
        sleep,
        now,
        onFailure: () => undefined,
      }),
      entries,
      ledger: {
        winner: (key) => this.claims.get(key),
        propose: (key, value) => {
          const winner = this.claims.get(key) ?? { key, value, offset: 0n, appendedAt: 0 };
          this.claims.set(key, winner);
          return Promise.resolve({ won: winner.value === value, winner });
        },
      },
      send: (records: readonly ProducerRecord[]) => {
        for (const { value } of records) {
          const batch = JSON.parse(String(value)) as { destination: string; records: { match_key: string }[] };
          this.sent.push(`${batch.destination}:${batch.records[0]?.match_key ?? ''}`);
        }
        return Promise.resolve();
      },
      topicPrefix: '',
      maxAgeMs: 900_000,
      now,
    };
  }

  people(...records: (Partial<KnownPerson> & { person_id: string })[]): this {
    for (const record of records) this.index.setPerson(record.person_id, personOf(record));
    return this;
  }

  async demo(values: Partial<ProjectedSignal>): Promise<UrgentDecision | undefined> {
    const signal: ProjectedSignal = {
      signal_id: 's',
      type: 'demo_requested',
      occurred_at: this.time,
      received_at: this.time,
      user_id: null,
      email: null,
      account_id: null,
      domain: null,
      url: null,
      ...values,
    };
    const at = { signal, topic: 't', partition: 0, offset: this.#offset++, appended_at: this.time };
    const [decision] = await decideUrgency(at, this.deps, () => this.isOver);
    return decision;
  }
}

describe('a person whom a record says not to send', () => {
  const shy = { person_id: 'shy', email: 'shy@x.test', do_not_sync: true };
  it.each<[string, (Partial<KnownPerson> & { person_id: string })[], Partial<ProjectedSignal>]>([
    ['by id', [shy], { user_id: 'shy' }],
    ['by e-mail', [shy], { email: 'shy@x.test' }],
    ['by e-mail in another spelling', [shy], { email: ' SHY@X.Test. ' }],
    ['by e-mail beside an id that nobody knows', [shy], { user_id: 'new', email: 'Shy@x.test' }],
    ['by id beside another e-mail', [shy], { user_id: 'shy', email: 'other@x.test' }],
    ['by a person id that is an e-mail', [{ person_id: 'Shy@x.test', do_not_sync: true }], { email: 'shy@X.test' }],
    ['by one of two records of an e-mail', [{ person_id: 'a', email: 'shy@x.test' }, shy], { email: 'shy@x.test' }],
    ['by the other order of the two', [shy, { person_id: 'zed', email: 'shy@x.test' }], { email: 'shy@x.test' }],
    ['by the e-mail of their own record', [{ person_id: 'u', email: 'Shy@x.test' }, shy], { user_id: 'u' }],
    [
      'by the id of the record that has their e-mail',
      [
        { person_id: 'crm/1', email: 'e@x.test' },
        { person_id: 'u', email: 'E@x.test', do_not_sync: true },
      ],
      { user_id: 'crm/1' },
    ],
  ])('is not sent, known %s', async (_how, people, signal) => {
    const lane = new Lane([byEmail, byId, sendsAll]).people(...people);
    expect(await lane.demo(signal)).toMatchObject({ state: 'do_not_sync', destinations: [] });
    expect([lane.sent, lane.claims.size]).toEqual([[], 0]);
  });

  it('is not sent when only an earlier signal joins id and e-mail', async () => {
    const lane = new Lane([byEmail, byId]).people(shy);
    lane.emails.learn({ user_id: 'u1', email: 'shy@x.test', at: 1 }, 0);
    expect(await lane.demo({ user_id: 'u1' })).toMatchObject({ state: 'do_not_sync' });
    const other = new Lane([byEmail, byId]).people({ person_id: 'u2', do_not_sync: true });
    other.emails.learn({ user_id: 'u2', email: 'known@x.test', at: 1 }, 0);
    expect(await other.demo({ email: 'known@x.test' })).toMatchObject({ state: 'do_not_sync' });
    expect([lane.sent, other.sent]).toEqual([[], []]);
  });

  it('is not sent, and does not wait, when the table joins them', async () => {
    const lane = new Lane([byEmail, byId]).people(shy);
    lane.stored.set('u1', 'shy@x.test');
    expect(await lane.demo({ user_id: 'u1' })).toMatchObject({ state: 'do_not_sync' });
    expect([lane.sent, lane.time]).toEqual([[], 1_000_000]);
  });

  it('is sent again once the record takes it back, is deleted, or has another e-mail', async () => {
    const lane = new Lane([byEmail]).people(shy);
    lane.people({ ...shy, email: 'moved@x.test' });
    expect(await lane.demo({ email: 'shy@x.test' })).toMatchObject({ state: 'sent' });
    expect(await lane.demo({ email: 'moved@x.test' })).toMatchObject({ state: 'do_not_sync' });
    lane.index.setPerson('shy', undefined);
    expect(await lane.demo({ email: 'moved@x.test' })).toMatchObject({ state: 'sent' });
  });
});

it('does not send whose record cannot be read, by any identity it had', async () => {
  const lane = new Lane([byEmail, byId]).people({ person_id: 'ann', email: 'ann@x.test' });
  lane.index.setPerson('ann', UNREADABLE);
  lane.index.setPerson('new@x.test', UNREADABLE);
  for (const who of [{ user_id: 'ann' }, { email: 'Ann@x.test' }, { email: 'New@x.test' }]) {
    expect(await lane.demo(who)).toMatchObject({ state: 'flags_unknown' });
  }
  expect(lane.sent).toEqual([]);
});

it('leaves out the unsubscribed where the mapping does not ask for them', async () => {
  const lane = new Lane([byEmail, byId, sendsAll]).people({
    person_id: 'u',
    email: 'u@x.test',
    consent: 'Unsubscribed',
  });
  expect(await lane.demo({ user_id: 'u' })).toMatchObject({
    state: 'sent',
    destinations: ['crm'],
    not_sent: { mail: 'unsubscribed', warehouse: 'unsubscribed' },
  });
});

describe('an e-mail that the signal does not name', () => {
  it('is the one that people have, else the newest that signals said, else the stored one', async () => {
    const lane = new Lane([byEmail]).people({ person_id: 'a', email: 'A@x.test' });
    lane.emails.learn({ user_id: 'a', email: 'elsewhere@x.test', at: 1 }, 0);
    lane.emails.learn({ user_id: 'b', email: 'b@x.test', at: 5 }, 0);
    lane.emails.learn({ user_id: 'b', email: 'late-import@x.test', at: 2 }, 0);
    lane.stored.set('c', 'c@x.test');
    for (const user_id of ['a', 'b', 'c']) expect(await lane.demo({ user_id })).toMatchObject({ state: 'sent' });
    expect(lane.sent).toEqual(['mail:a@x.test', 'mail:b@x.test', 'mail:c@x.test']);
  });

  it('that nobody knows takes no cool-down: the next request, which names it, is sent', async () => {
    const lane = new Lane([byEmail]);
    expect(await lane.demo({ user_id: 'u' })).toMatchObject({
      state: 'no_match_key',
      not_sent: { mail: 'no_match_key' },
    });
    expect([lane.sent, lane.claims.size]).toEqual([[], 0]);
    expect(await lane.demo({ user_id: 'u', email: 'u@x.test' })).toMatchObject({ state: 'sent' });
    expect(lane.sent).toEqual(['mail:u@x.test']);
  });

  it('holds up only whom it is needed for, who is told later of the same or of another signal', async () => {
    const lane = new Lane([byEmail, byId]);
    expect(await lane.demo({ user_id: 'u' })).toMatchObject({
      state: 'sent',
      destinations: ['warehouse'],
      not_sent: { mail: 'no_match_key' },
    });
    expect(await lane.demo({ user_id: 'u', email: 'u@x.test' })).toMatchObject({
      state: 'sent',
      destinations: ['mail'],
      not_sent: { warehouse: 'cooled_down' },
    });
    expect(lane.sent).toEqual(['warehouse:u', 'mail:u@x.test']);
  });

  it.each(['stored by another replica', 'learned meanwhile', 'back after ClickHouse was away'])(
    'is waited for some seconds: %s',
    async (how) => {
      const lane = new Lane([byEmail, byId]);
      if (how.startsWith('back')) lane.stored.set('u', 'away');
      const before = lane.deps.emails.look.bind(lane.deps.emails);
      let looks = 0;
      const look: typeof before = (userId) => {
        looks += 1;
        if (looks === 3 && how.startsWith('learned')) lane.emails.learn({ user_id: 'u', email: 'u@x.test', at: 3 }, 0);
        else if (looks === 3) lane.stored.set('u', 'u@x.test');
        return before(userId);
      };
      const finder = createEmailFinder({
        emails: lane.emails,
        find: async (user_id) => {
          const email = await look(user_id);
          return email === null ? null : { user_id, email, at: 1 };
        },
        sleep: (ms) => {
          lane.time += ms;
          return Promise.resolve();
        },
        now: () => lane.time,
        onFailure: () => undefined,
      });
      Object.assign(lane.deps, { emails: finder });
      expect(await lane.demo({ user_id: 'u' })).toMatchObject({ state: 'sent', destinations: ['warehouse', 'mail'] });
      expect(lane.sent).toEqual(['warehouse:u', 'mail:u@x.test']);
      expect(lane.time - 1_000_000).toBeLessThan(10_000);
    },
  );
});

describe('while people and accounts are not known', () => {
  it('a signal waits, and is decided as soon as they are', async () => {
    const lane = new Lane([byEmail]);
    lane.isCurrent = () => lane.time >= 1_060_000;
    lane.people({ person_id: 'shy', email: 'shy@x.test', do_not_sync: true });
    expect(await lane.demo({ email: 'shy@x.test' })).toMatchObject({ state: 'do_not_sync' });
    expect(lane.time).toBe(1_060_000);
  });

  it('a signal that waited too long is expired, and nothing was sent or claimed', async () => {
    const lane = new Lane([byEmail, byId, accounts]);
    lane.isCurrent = () => false;
    expect(await lane.demo({ email: 'new@x.test' })).toMatchObject({ state: 'expired' });
    expect([lane.sent, lane.claims.size, lane.time]).toEqual([[], 0, 1_900_000]);
  });

  it('a wait ends without a decision when the lane stops', async () => {
    const lane = new Lane([byEmail]);
    lane.isCurrent = () => false;
    lane.isOver = true;
    await expect(lane.demo({ email: 'new@x.test' })).rejects.toThrow('no longer reads');
  });
});

it('sends somebody new at once: not standing in people is known, and no flag was ever said', async () => {
  const lane = new Lane([byEmail, accounts]);
  expect(await lane.demo({ email: 'New@x.test' })).toMatchObject({ state: 'sent', destinations: ['mail'] });
  expect([lane.sent, lane.time]).toEqual([['mail:new@x.test'], 1_000_000]);
});

it.each<[Partial<ProjectedSignal>, string]>([
  [{ domain: 'x.test' }, 'no_subject'],
  [{ email: 'x@x.test', occurred_at: 0 }, 'expired'],
])('%j is %s', async (values, state) => {
  expect(await new Lane([byEmail]).demo(values)).toMatchObject({ state });
});

it('says when no destination takes persons', async () => {
  expect(await new Lane([accounts]).demo({ email: 'x@x.test' })).toMatchObject({ state: 'no_destination' });
});
