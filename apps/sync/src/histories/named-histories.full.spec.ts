import { approvalKey, type PlanDecision } from '@millrace/contract-delivery';
import { createHttpClient, type HttpClient } from '@millrace/platform-http';
import { useStack } from '@millrace/platform-testing';

import { DAY, FIRST_NIGHT, History, MINUTE, type HistoryOptions } from './testing/history';
import type { Person } from './testing/history-world';
import type { Contact } from './testing/made-crm';
import { differences } from './testing/oracle';
import { AUDIENCE, type Values } from './testing/scoring-in-memory';
import { useTables } from './testing/use-tables';

const stack = useStack();
const clickhouse = useTables(stack);
let client: HttpClient;
let open: History | undefined;

beforeAll(() => {
  client = createHttpClient();
});
afterEach(() => open?.close());
afterAll(() => client.close());

const FIELDS = {
  score: { from: 'lead_score.score', trigger: 'change' },
  stage: { from: 'lead_score.stage', trigger: 'change' },
};
const WITH_RFM = { ...FIELDS, segment: { from: 'rfm.grade', trigger: 'change' } };
const SECOND_NIGHT = FIRST_NIGHT + DAY;

async function historyOf(name: string, object: object = {}, more: Partial<HistoryOptions> = {}): Promise<History> {
  const mapping = { mode: 'upsert', leavers: 'clear', fields: FIELDS, ...object };
  const history = new History({ name, clickhouse: clickhouse(), client, object: mapping, ...more });
  open = history;
  await history.start();
  return history;
}

function add(
  history: History,
  id: string,
  values: Partial<Values> = {},
  models: readonly string[] = ['lead_score'],
): Person {
  const said = { score: 50, grade: 'B', stage: 'engaged', ...values };
  const person: Person = {
    id,
    email: `${id}@example.com`,
    isThere: true,
    isFlagged: false,
    contactIds: [],
    values: new Map(models.map((model) => [model, said])),
  };
  history.world.people.push(person);
  return person;
}

const change = (person: Person, values: Partial<Values>, model = 'lead_score'): void => {
  const before = person.values.get(model) ?? { score: 50, grade: 'B', stage: 'engaged' };
  person.values.set(model, { ...before, ...values });
};

async function publish(history: History, job: string, asOf: number, deliver = true): Promise<void> {
  const { scoring, world } = history;
  await world.settle();
  if (job === AUDIENCE) await scoring.publishPeople(asOf, world.present(), deliver);
  else await scoring.publish(job, asOf, world.valuesOf(job), deliver);
}

/** The runs of a night, and everything delivered. */
async function night(history: History, tick: number, ...models: string[]): Promise<void> {
  history.shared.now = Math.max(history.shared.now, tick + MINUTE);
  for (const job of [AUDIENCE, ...(models.length === 0 ? ['lead_score'] : models)]) await publish(history, job, tick);
  await history.drain();
}

const wrongIn = ({ world, scoring }: History): string[] => [
  ...differences(world, scoring, new Set()),
  ...world.violations,
];
const currentOf = ({ replicas: [replica] }: History): PlanDecision =>
  replica.currentPlans.of(replica.configuredName, 'lead') as PlanDecision;
const contactOf = (history: History, email: string): Contact => history.world.crm.find(email) as Contact;

it('an older set is decided after a newer one: the newer stays current, nothing of it is lost', async () => {
  const history = await historyOf('older-set');
  const ann = add(history, 'ann');
  await night(history, FIRST_NIGHT);
  history.shared.now = SECOND_NIGHT;
  change(ann, { score: 60 });
  await publish(history, 'lead_score', SECOND_NIGHT);
  history.catchUp(0);
  change(ann, { score: 70 });
  await publish(history, 'lead_score', SECOND_NIGHT);
  let isBefore = true;
  history.onStep = async (replica, step) => {
    if (replica !== 0 || step !== 'before a decision' || !isBefore) return;
    isBefore = false;
    history.catchUp(1);
    await history.plan(1);
  };
  await history.plan(0);
  expect(isBefore).toBe(false);
  const newer = currentOf(history).plan_id;
  await history.drain();
  expect(currentOf(history).plan_id).toBe(newer);
  expect(contactOf(history, ann.email)).toMatchObject({ fields: { score: 70 }, writes: 2 });
  expect(wrongIn(history)).toEqual([]);
});

it.each([
  ['before reading on', 'while a newer one is compared'],
  ['before a decision', 'right before a newer one is decided'],
])('%s: another replica plans and sends an older set %s, what it sent is compared again', async (moment) => {
  const history = await historyOf(`stale-${moment.replaceAll(' ', '-')}`);
  const ann = add(history, 'ann');
  await night(history, FIRST_NIGHT);
  history.shared.now = SECOND_NIGHT;
  change(ann, { score: 60 });
  await publish(history, 'lead_score', SECOND_NIGHT);
  history.catchUp(1);
  change(ann, { score: 50 });
  await publish(history, 'lead_score', SECOND_NIGHT);
  history.catchUp(0);
  let isComparing = true;
  history.onStep = async (replica, step) => {
    if (replica !== 0 || step !== moment || !isComparing) return;
    isComparing = false;
    await history.plan(1);
    await history.deliver(1);
  };
  await history.plan(0);
  expect(contactOf(history, ann.email).fields).toMatchObject({ score: 60 });
  await history.drain();
  expect(contactOf(history, ann.email).fields).toMatchObject({ score: 50 });
  expect(wrongIn(history)).toEqual([]);
});

it('nightly, weekly and monthly models on one object: Monday waits for the tick that is open, goes without it at plan_latest, and is planned again', async () => {
  const monthly = { health: { from: 'health.grade', trigger: 'change' } };
  const history = await historyOf('three-models', { fields: { ...WITH_RFM, ...monthly } });
  const ann = add(history, 'ann', {}, ['lead_score', 'rfm', 'health']);
  await night(history, FIRST_NIGHT, 'lead_score', 'rfm', 'health');
  const monday = FIRST_NIGHT + 7 * DAY;
  history.shared.now = monday;
  for (const job of [AUDIENCE, 'lead_score', 'rfm']) history.scoring.due(job, monday);
  for (const model of ['lead_score', 'rfm']) change(ann, { score: 60, grade: 'A' }, model);
  await publish(history, AUDIENCE, monday);
  await publish(history, 'lead_score', monday);
  history.shared.now = monday + 3 * 60 * MINUTE;
  await history.drain();
  expect(contactOf(history, ann.email).fields).toMatchObject({ score: 50, segment: 'B' });
  history.shared.now = monday + 195 * MINUTE;
  await history.drain();
  expect(contactOf(history, ann.email).fields).toMatchObject({ score: 60, segment: 'B', health: 'B' });
  expect(currentOf(history).missing).toEqual(['rfm had an open tick: its run before was taken']);
  await publish(history, 'rfm', monday);
  await history.drain();
  expect(contactOf(history, ann.email).fields).toMatchObject({ score: 60, segment: 'A', health: 'B' });
  expect(currentOf(history).missing).toEqual([]);
});

it('a tick that runs a night late is sent, though a run of a later tick was sent before', async () => {
  const history = await historyOf('late-tick', { fields: WITH_RFM });
  const ann = add(history, 'ann', {}, ['lead_score', 'rfm']);
  await night(history, FIRST_NIGHT, 'lead_score', 'rfm');
  change(ann, { score: 60 });
  await night(history, FIRST_NIGHT + 2 * DAY);
  change(ann, { grade: 'A' }, 'rfm');
  await publish(history, 'rfm', SECOND_NIGHT);
  await history.drain();
  expect(contactOf(history, ann.email).fields).toMatchObject({ score: 60, segment: 'A' });
  expect(currentOf(history).as_of).toBe(FIRST_NIGHT + 2 * DAY);
  await night(history, FIRST_NIGHT + 3 * DAY);
  expect(contactOf(history, ann.email).writes).toBe(3);
});

it('a model newly in the mapping that never ran: no field is emptied', async () => {
  const history = await historyOf('never-ran', { fields: WITH_RFM });
  const ann = add(history, 'ann');
  const contact = history.world.crm.make(ann.email);
  contact.fields = { segment: 'by hand' };
  await night(history, FIRST_NIGHT);
  change(ann, { score: 60 });
  await night(history, SECOND_NIGHT);
  expect(contact).toMatchObject({ fields: { score: 60, segment: 'by hand' }, writes: 2 });
  expect(currentOf(history).missing).toEqual(['rfm has never run']);
});

describe('an e-mail changes, with policy clear: the contact keeps its value, none is created', () => {
  it.each<[string, (person: Person, contact: Contact) => void]>([
    ['in the CRM', (_person, contact) => (contact.email = 'new@example.com')],
    ['in the product only', (person) => (person.email = 'new@example.com')],
  ])('%s', async (name, rename) => {
    const history = await historyOf(`renamed-${name.replaceAll(' ', '-')}`.toLowerCase());
    const ann = add(history, 'ann');
    await night(history, FIRST_NIGHT);
    await night(history, SECOND_NIGHT);
    const contact = contactOf(history, ann.email);
    for (const [n, to] of ['new@example.com', 'ann@example.com'].entries()) {
      rename(ann, contact);
      if (n === 1) [ann.email, contact.email] = [to, to];
      history.world.tell(contact);
      await night(history, SECOND_NIGHT + (n + 1) * DAY);
      expect(currentOf(history).to_send).toBe(0);
      expect(history.world.crm.contacts).toEqual([
        expect.objectContaining({ fields: { score: 50, stage: 'engaged' }, writes: 1 }),
      ]);
    }
    expect(wrongIn(history)).toEqual([]);
  });
});

it('a contact is merged into another of the same person: the other one is found', async () => {
  const history = await historyOf('merged');
  const ann = add(history, 'ann');
  await night(history, FIRST_NIGHT);
  const [gone, stays] = [contactOf(history, ann.email), history.world.crm.make('other@example.com')];
  ann.contactIds.push(stays.id);
  gone.isGone = true;
  history.world.tell(gone, true);
  history.world.tell(stays);
  change(ann, { score: 60 });
  await night(history, SECOND_NIGHT);
  expect(stays).toMatchObject({ fields: { score: 60 }, writes: 1 });
  expect(wrongIn(history)).toEqual([]);
});

it('unknown in plan A, superseded by plan B: the same key, received once', async () => {
  const history = await historyOf('unknown');
  add(history, 'ann');
  let isFirst = true;
  history.world.misbehave = () => (isFirst ? ((isFirst = false), 'cut after') : 'none');
  await publish(history, AUDIENCE, FIRST_NIGHT);
  await publish(history, 'lead_score', FIRST_NIGHT);
  history.catchUp(0);
  await history.plan(0);
  history.onStep = async (_replica, step) => {
    if (step !== 'after outcomes') return;
    history.onStep = () => Promise.resolve();
    await publish(history, 'lead_score', FIRST_NIGHT);
    history.catchUp(1);
    await history.plan(1);
    history.catchUp(0);
  };
  await history.deliver(0);
  await history.drain();
  expect(history.shared.outcomes.map(({ outcome }) => outcome)).toEqual(['unknown', 'superseded', 'accepted']);
  expect(new Set(history.world.crm.received.map(({ idempotency_key }) => idempotency_key)).size).toBe(1);
  expect(contactOf(history, 'ann@example.com').writes).toBe(1);
});

it.each<[string, (person: Person) => void, object]>([
  ['has come to nothing', (person) => change(person, { score: 0, stage: 'none' }), { score: 0, stage: 'none' }],
  ['has no value any more', (person) => person.values.delete('lead_score'), { score: null, stage: null }],
  ['is not there any more', (person) => (person.isThere = false), { score: null, stage: null }],
])(
  'on the way for the first time, it %s meanwhile: what is right comes after it, and nobody is made for it',
  async (what, come, fields) => {
    const history = await historyOf(
      `first-${what.replaceAll(' ', '-')}`,
      { fields: { ...FIELDS, score: { from: 'lead_score.score', trigger: { delta: 5 } } } },
      { chunkRecords: 1, settings: { bulk_from: 1 } },
    );
    const people = [add(history, 'ann'), add(history, 'bob')];
    await publish(history, AUDIENCE, FIRST_NIGHT);
    await publish(history, 'lead_score', FIRST_NIGHT);
    history.catchUp(0);
    await history.plan(0);
    history.onStep = async (_replica, step) => {
      if (step !== 'while waiting') return;
      history.onStep = () => Promise.resolve();
      for (const person of people) come(person);
      await publish(history, AUDIENCE, FIRST_NIGHT);
      await publish(history, 'lead_score', FIRST_NIGHT);
      history.catchUp(1);
      await history.plan(1);
      history.catchUp(0);
    };
    await history.deliver(0);
    await history.drain();
    expect(history.world.crm.contacts.map((contact) => contact.email)).toEqual(['ann@example.com']);
    expect(contactOf(history, 'ann@example.com').fields).toEqual(fields);
    expect(wrongIn(history)).toEqual([]);
  },
);

describe.each([true, false])(
  'a job of 5,000 rows is at work when a plan is made (the API can abort: %s)',
  (can_abort) => {
    it('the end is the newer plan’s, whose values are the old ones but for 3', async () => {
      const history = await historyOf(`job-${can_abort}`, {}, { settings: { bulk_from: 4, can_abort }, pollsOfJob: 3 });
      const people = Array.from({ length: 5_000 }, (_, n) => add(history, `p${n}`));
      await night(history, FIRST_NIGHT);
      for (const person of people) change(person, { score: 60 });
      await publish(history, 'lead_score', SECOND_NIGHT);
      history.shared.now = SECOND_NIGHT;
      history.catchUp(0);
      await history.plan(0);
      history.onStep = async (_replica, step) => {
        if (history.world.crm.jobs.at(-1)?.asked !== 1 || step !== 'while waiting') return;
        history.onStep = () => Promise.resolve();
        for (const [n, person] of people.entries()) change(person, { score: n < 3 ? 70 : 50 });
        await publish(history, 'lead_score', SECOND_NIGHT);
        history.catchUp(1);
        await history.plan(1);
        history.catchUp(0);
      };
      await history.deliver(0);
      await history.drain();
      const scores = history.world.crm.contacts.map(({ fields }) => fields['score']);
      expect([scores.filter((one) => one === 70).length, scores.filter((one) => one === 50).length]).toEqual([
        3, 4_997,
      ]);
    });
  },
);

it('deleted at the CRM, active in the product, upsert by e-mail: not created again, until the CRM tells of it again', async () => {
  const history = await historyOf('deleted');
  const ann = add(history, 'ann');
  await night(history, FIRST_NIGHT);
  await night(history, SECOND_NIGHT);
  const contact = contactOf(history, ann.email);
  contact.isGone = true;
  history.world.tell(contact);
  await history.world.settle();
  change(ann, { score: 60 });
  // Who exists is still as of before, and names the contact.
  await publish(history, 'lead_score', SECOND_NIGHT + DAY);
  await history.drain();
  await night(history, SECOND_NIGHT + 2 * DAY);
  expect(history.world.crm.contacts).toHaveLength(1);
  const again = history.world.crm.make(ann.email);
  ann.contactIds.push(again.id);
  history.world.tell(again);
  await night(history, SECOND_NIGHT + 3 * DAY);
  expect(again.fields).toEqual({ score: 60, stage: 'engaged' });
  expect(wrongIn(history)).toEqual([]);
});

it.each([
  ['records', 1_000_000],
  ['a job', 1],
])('the second look: who must not be sent since the plan was made is not, in %s', async (name, bulk_from) => {
  const history = await historyOf(`second-look-${name.replace(' ', '-')}`, {}, { settings: { bulk_from } });
  const [ann] = [add(history, 'ann'), add(history, 'bob')];
  await publish(history, AUDIENCE, FIRST_NIGHT);
  await publish(history, 'lead_score', FIRST_NIGHT);
  history.catchUp(0);
  await history.plan(0);
  ann.isFlagged = true;
  await history.drain();
  expect(history.world.crm.received.map(({ record_id }) => record_id)).toEqual(['bob']);
});

describe('approval', () => {
  it.each<[string, (people: readonly Person[]) => void]>([
    ['stages that end', (people) => people.forEach((person) => change(person, { stage: 'none' }))],
    ['leavers', (people) => people.forEach((person) => (person.isThere = false))],
  ])('%s that wait go out once, with their newest values, after `approved` is in the log', async (name, end) => {
    const history = await historyOf(`approval-${name.replaceAll(' ', '-')}`);
    const people = Array.from({ length: 60 }, (_, n) => add(history, `p${n}`));
    await night(history, FIRST_NIGHT);
    end(people.slice(0, 20));
    await night(history, SECOND_NIGHT);
    const { plan_id, to_send, suppressed } = currentOf(history);
    expect([to_send, suppressed.waits_for_approval]).toEqual([6, 14]);
    for (const person of people.slice(0, 20)) change(person, { score: 40 });
    await publish(history, 'lead_score', SECOND_NIGHT, false);
    await history.drain();
    expect(history.world.crm.received).toHaveLength(66);
    history.shared.plans.append(approvalKey(plan_id), {
      ...{ kind: 'approved', plan_id, author: 'ops', note: 'meant', decided_at: history.shared.now },
    });
    await history.drain();
    expect(history.world.crm.received).toHaveLength(80);
    const sent = history.world.crm.received.slice(66).map(({ fields }) => fields);
    const newest = name === 'leavers' ? { score: null, stage: null } : { score: 40, stage: 'none' };
    expect(sent).toEqual(sent.map(() => newest));
    await history.drain();
    expect(history.world.crm.received).toHaveLength(80);
  });
});
