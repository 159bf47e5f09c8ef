import {
  accountType,
  createAccount,
  createPerson,
  entityTopics,
  personType,
  type Account,
  type Person,
} from '@millrace/contract-signal';
import { tickKey, type RunPublished } from '@millrace/contract-score';
import { createAvroEncoder, createBatchProducer, SchemaRegistryCodec, silentLog } from '@millrace/platform-kafka';
import { useStack, waitFor } from '@millrace/platform-testing';

import { readScoringConfig, type ScoringConfig } from './app.config';
import { closeConnections, createConnections } from './connections/connections';
import { createDecisionIndex } from './schedule/decision-index';
import { insertAttempt, prepare, seal } from './testing/seed';
import { createScoring, type Scoring } from './scoring';

const JOB = 'people_as_of';
const LEASE_SECONDS = 8;
const FUTURE = new Date(Date.now() + 3 * 86_400_000).toISOString();
const yesterday = new Date(Date.now() - 86_400_000).toISOString();

describe('replicas of scoring', () => {
  const stack = useStack();
  const running: Scoring[] = [];
  let first: Scoring;

  const configOf = (replica: string, more: Record<string, string> = {}): ScoringConfig =>
    readScoringConfig({
      ...stack.environment,
      REPLICA_ID: replica,
      // Those with the least to do: what comes every ten seconds must take less, on a busy machine too.
      SCHEDULE_CRONS: [JOB, 'accounts_as_of'].map((model) => `${model}=*/10 * * * * *`).join(';'),
      SCHEDULE_POLL_SECONDS: '0.1',
      TICK_LEASE_SECONDS: String(LEASE_SECONDS),
      ENTITIES_WAIT_SECONDS: '5',
      ...more,
    });
  const start = async (replica: string, more: Record<string, string> = {}): Promise<Scoring> => {
    const scoring = createScoring(createConnections(configOf(replica, more), silentLog));
    running.push(scoring);
    await scoring.readLogs();
    await scoring.confirmRuns();
    scoring.begin();
    return scoring;
  };
  const runs = (): RunPublished[] =>
    first.connections.scores
      .entries()
      .flatMap(({ value }) => (value.kind === 'run' && value.model === JOB ? [value] : []));
  /** In log order. */
  const claimsOf = (tick: number): { readonly replica: string; readonly appendedAt: number }[] =>
    first.connections.scores
      .entries()
      .flatMap(({ value, appendedAt }) =>
        value.kind === 'tick' && value.job === JOB && value.scheduled_at === tick
          ? [{ replica: value.replica, appendedAt }]
          : [],
      );

  beforeAll(async () => {
    const connections = createConnections(configOf('unused'), silentLog);
    await prepare(connections.config, connections);
    await closeConnections(connections);
    first = await start('first', { SCHEDULES_ENABLED: 'false' });
  });
  afterAll(async () => {
    await Promise.all(running.map((scoring) => scoring.stop()));
    await Promise.all(running.map((scoring) => closeConnections(scoring.connections)));
  });

  it('land people and accounts, newest version first, tombstones deleted', async () => {
    const { kafka, config, clickhouse } = first.connections;
    const topics = entityTopics(config.TOPIC_PREFIX);
    const registry = new SchemaRegistryCodec({ url: config.SCHEMA_REGISTRY_URL });
    const personId = await registry.registerSchema(`${topics.people.name}-value`, personType.schema());
    const accountId = await registry.registerSchema(`${topics.accounts.name}-value`, accountType.schema());
    const encodePerson = createAvroEncoder<Person>(personId, personType);
    const encodeAccount = createAvroEncoder<Account>(accountId, accountType);
    const person = (id: string, email: string, updatedAt: number): Person =>
      createPerson({ person_id: id, email, updated_at: updatedAt });
    const account = createAccount({
      account_id: 'acc', name: 'Acme', domain: 'www.acme.example', industry: 'software', employees: 100,
      country: 'US', tier: 'mid', is_target: true, owner: 'dana', created_at: 1, updated_at: 1,
    }); // prettier-ignore
    const producer = createBatchProducer({ kafka });
    const send = (topic: string, key: string, value: Buffer | null): Promise<unknown> =>
      producer.send({ topic, key, value });
    await producer.connect(Object.values(topics).map((topic) => topic.name));
    await send(topics.people.name, 'u1', encodePerson(person('u1', 'new@acme.example', 2000)));
    await send(topics.people.name, 'u1', encodePerson(person('u1', 'old@acme.example', 1000)));
    await send(topics.people.name, 'u2', encodePerson(person('u2', 'gone@acme.example', 1000)));
    await send(topics.people.name, 'u2', null);
    await send(topics.people.name, 'u3', Buffer.from('no avro'));
    await send(topics.accounts.name, 'acc', encodeAccount(account));
    await producer.close();
    const people = await waitFor(
      'both topics to be landed',
      () =>
        clickhouse.query(
          'select person_id, email, (select max(domain) from accounts) as domain from people order by person_id',
        ),
      {
        until: (rows) => rows.length === 1 && rows[0]?.['domain'] !== null && rows[0]?.['email'] === 'new@acme.example',
      },
    );
    expect(people).toEqual([{ person_id: 'u1', email: 'new@acme.example', domain: 'acme.example' }]);
  });

  it('roll up the days of a new step without being asked, once its winner is known', async () => {
    await insertAttempt(first.connections.clickhouse, 1, [{ at: yesterday, type: 'demo_requested', user: 'loser' }]);
    await seal(first.connections, 1, FUTURE, [{ at: yesterday, type: 'demo_requested', user: 'u1', id: 'd1' }]);
    const days = await waitFor(
      'the day to be rolled up',
      () => first.connections.clickhouse.query('select identity, signal_class, is_complete from person_days'),
      { until: (rows) => rows.length > 0 },
    );
    expect(days).toEqual([{ identity: 'u1', signal_class: 'demo_request', is_complete: true }]);
    await waitFor('the loop to have caught up', () => first.rollup.step(), { until: (step) => step === 1 });
  });

  it('run a tick once, and take it from another only after its lease', async () => {
    const replicas = await Promise.all([start('second'), start('third')]);
    await waitFor('three ticks to be run', () => new Set(runs().map((run) => run.as_of)).size, {
      until: (count) => count >= 3,
      deadlineMs: 240_000,
    });
    await Promise.all(replicas.map((replica) => replica.scheduler.stop()));
    await first.connections.scores.refresh();
    const perTick = new Map<number, number>();
    for (const run of runs()) perTick.set(run.as_of, (perTick.get(run.as_of) ?? 0) + 1);
    expect([...perTick.values()]).toEqual([...perTick.values()].map(() => 1));
    for (const tick of perTick.keys()) {
      const claims = claimsOf(tick);
      const taken = claims.slice(1).filter(({ replica }, index) => replica !== claims[index]?.replica);
      for (const claim of taken) {
        const before = claims[claims.indexOf(claim) - 1];
        expect(claim.appendedAt - (before?.appendedAt ?? 0)).toBeGreaterThan(LEASE_SECONDS * 1000);
      }
    }
    expect(runs()[0]).toMatchObject({ rows: 1, is_partial: false, revision: 1 });
  });

  it('succeed a dead winner at the next epoch', async () => {
    const { scores } = first.connections;
    const scheduledAt = Math.ceil((Date.now() + 2_000) / 10_000) * 10_000;
    await scores.propose(tickKey(JOB, scheduledAt, 0), {
      kind: 'tick',
      job: JOB,
      scheduled_at: scheduledAt,
      epoch: 0,
      replica: 'dead',
      claimed_at: Date.now(),
    });
    const successor = await start('successor');
    await waitFor('the tick to be run', () => runs().filter((run) => run.as_of === scheduledAt).length, {
      until: (count) => count === 1,
      deadlineMs: 240_000,
    });
    await successor.scheduler.stop();
    const state = createDecisionIndex(scores).tickState(JOB, scheduledAt);
    expect(state).toMatchObject({ isDone: true, holder: { replica: 'successor' } });
    expect(state.nextEpoch).toBeGreaterThanOrEqual(2);
  });
});
