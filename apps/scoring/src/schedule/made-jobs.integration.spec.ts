import { leadScore, parseModelSettings, type Schedule } from '@millrace/catalog-models';
import { runKey, type NewRun, type RunPublished } from '@millrace/contract-score';
import { silentLog } from '@millrace/platform-kafka';
import { useStack, waitFor } from '@millrace/platform-testing';

import { readScoringConfig } from '../app.config';
import { closeConnections, createConnections, type Connections } from '../connections/connections';
import { prepare } from '../testing/seed';
import { createDecisionIndex } from './decision-index';
import { createScheduler, type ScheduledJob, type Scheduler } from './scheduler';
import { createTicker } from './ticks';

const DAY = 86_400_000;
const EVERY = 4_000;
/** Neither partial nor late while the spec runs. */
const later = new Date(Date.now() + DAY / 4).toISOString().slice(11, 16);

/** A replica with made jobs; when it dies, a run in its hands goes on for ever and nothing it says reaches the log. */
interface Replica {
  readonly name: string;
  readonly connections: Connections;
  readonly scheduler: Scheduler;
  dieInNextRun(): void;
  isDead(): boolean;
  end(): Promise<void>;
}

describe('two replicas with jobs that come after one another', () => {
  const stack = useStack();
  const replicas: Replica[] = [];

  const connect = (replica: string): Connections =>
    createConnections(readScoringConfig({ ...stack.environment, REPLICA_ID: replica }), silentLog);

  const start = async (name: string): Promise<Replica> => {
    const connections = connect(name);
    const { scores } = connections;
    let life: 'alive' | 'dying' | 'dead' = 'alive';
    let release = (): void => undefined;
    const grave = new Promise<void>((resolve) => (release = resolve));
    const job = (model: string, schedule: Partial<Schedule>, spillMs = 0): ScheduledJob => {
      const given = { schedule: { through: 'last_sealed_hour', partial_at: later, deadline: later, ...schedule } };
      const parsed = parseModelSettings(leadScore, given, 'a test').settings.schedule;
      return {
        name: model,
        schedule: parsed,
        ticker: createTicker(parsed.cron, 'UTC'),
        sameInstant: [],
        spillMs,
        async run(asOf, _missing, assertHeld) {
          if (life === 'dying') life = 'dead';
          if (life === 'dead') await grave;
          assertHeld();
          const run = madeRun(model, asOf, name);
          await scores.propose(runKey(run.run_id), run);
        },
      };
    };
    const cron = `*/${EVERY / 1000} * * * * *`;
    await scores.start();
    const scheduler = createScheduler({
      jobs: [
        job('waiting', { cron, through: 'last_complete_day' }, 10 * DAY),
        job('second', { cron, after: ['first'] }),
        job('first', { cron }),
      ],
      scores: {
        refresh: () => scores.refresh(),
        propose: (key, value) => (life === 'dead' ? Promise.reject(new Error('dead')) : scores.propose(key, value)),
      },
      decisions: createDecisionIndex(scores),
      head: () => ({ closedThrough: Date.now() + DAY, windowSizeMs: 3_600_000, graceMs: 0 }),
      log: silentLog,
      replica: name,
      zone: 'UTC',
      pollMs: 50,
      leaseMs: 2_000,
      catchUpMs: 14 * DAY,
      attempts: 1,
      retryMs: 10,
    });
    const replica: Replica = {
      name,
      connections,
      scheduler,
      dieInNextRun: () => void (life = 'dying'),
      isDead: () => life === 'dead',
      async end() {
        const stopped = scheduler.stop();
        release();
        await stopped;
        await closeConnections(connections);
      },
    };
    replicas.push(replica);
    scheduler.start();
    return replica;
  };

  const runs = (): RunPublished[] =>
    (replicas.at(-1) as Replica).connections.scores
      .entries()
      .flatMap(({ value }) => (value.kind === 'run' ? [value] : []));
  const ticksOf = (model: string): number[] => runs().flatMap((run) => (run.model === model ? [run.as_of] : []));

  beforeAll(async () => {
    const connections = connect('unused');
    await prepare(connections.config, connections);
    await closeConnections(connections);
  });
  afterAll(async () => {
    await Promise.all(replicas.map((replica) => replica.end()));
  });

  it('one of which dies in a run: each tick is run once, in order, the first before the second', async () => {
    const victim = await start('victim');
    await waitFor('the first runs', () => runs().length, { until: (count) => count >= 2, deadlineMs: 30_000 });
    victim.dieInNextRun();
    // Only then another: it might win every tick for long, and leave the victim no run to die in.
    await waitFor('a run to die in', () => victim.isDead(), { until: (isDead) => isDead, deadlineMs: 30_000 });
    const survivor = await start('survivor');
    const died = Date.now();
    await waitFor('the survivor to catch up', () => Math.max(0, ...ticksOf('second')), {
      until: (newest) => newest >= died + 2 * EVERY,
      deadlineMs: 60_000,
    });
    const [first, second] = [ticksOf('first'), ticksOf('second')];
    const expected = first.map((_, index) => (first[0] as number) + index * EVERY);
    expect(first).toEqual(expected);
    expect(second).toEqual(expected.slice(0, second.length));
    const order = runs().map((run) => `${run.model} ${run.as_of}`);
    for (const tick of second) expect(order.indexOf(`first ${tick}`)).toBeLessThan(order.indexOf(`second ${tick}`));
    expect(new Set(runs().map((run) => run.run_id.split('-').at(-1)))).toEqual(new Set(['victim', 'survivor']));
    // It waited all the while, and held nobody up.
    expect(ticksOf('waiting')).toEqual([]);
    expect(survivor.scheduler.status().waiting).toContainEqual(
      expect.objectContaining({ model: 'waiting', waitsFor: [{ window: expect.stringContaining('/') }] }),
    );
  });
});

const madeRun = (model: string, asOf: number, replica: string): NewRun => ({
  kind: 'run',
  run_id: `${model}-${asOf}-${replica}`,
  model,
  model_version: 1,
  settings_hash: 'made',
  input_hash: 'made',
  as_of: asOf,
  as_of_date: new Date(asOf).toISOString().slice(0, 10),
  zone: 'UTC',
  step: 1,
  revision: 1,
  is_partial: false,
  missing: [],
  entity_kind: 'person',
  rows: 0,
  checksum: '',
  started_at: asOf,
  published_at: asOf,
});
