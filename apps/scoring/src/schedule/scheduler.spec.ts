import { leadScore, parseModelSettings, type Schedule } from '@millrace/catalog-models';
import { runKey, tickDueKey, tickKey, type NewScoreDecision, type ScoreDecision } from '@millrace/contract-score';
import { silentLog, type Entry, type KafkaLog } from '@millrace/platform-kafka';
import { waitFor } from '@millrace/platform-testing';

import type { SealHead } from '../chain/seal-head';
import { createDecisionIndex, type DecisionIndex } from './decision-index';

import { createScheduler, type ScheduledJob, type Scheduler, type SchedulerDeps } from './scheduler';
import { createTicker } from './ticks';

const DAY = 86_400_000;
const SEALED: SealHead = { closedThrough: Date.now() + DAY, windowSizeMs: 3_600_000, graceMs: 0 };
const clock = (at: number): string => new Date(at).toISOString().slice(11, 16);
const SOON = clock(Date.now() + DAY / 4);
/** Ticks of a minute ago and before: the log has seen the models, so they were missed. */
const MINUTELY = '* * * * *';

/** A log in memory that several replicas share: the first record for a key wins. */
function sharedLog(): {
  readonly entries: Entry<ScoreDecision>[];
  readonly decisions: DecisionIndex;
  readonly scores: SchedulerDeps['scores'];
} {
  const entries: Entry<ScoreDecision>[] = [];
  const listeners: ((entry: Entry<ScoreDecision>) => void)[] = [];
  const decisions = createDecisionIndex({
    entries: () => entries,
    onEntry: (listener) => {
      listeners.push(listener);
      return () => undefined;
    },
  });
  const propose: SchedulerDeps['scores']['propose'] = async (key, value) => {
    const known = entries.find((entry) => entry.key === key);
    if (known !== undefined) return { won: false, winner: known };
    const winner = { key, value: value as ScoreDecision, offset: BigInt(entries.length), appendedAt: Date.now() };
    entries.push(winner);
    for (const listener of listeners) listener(winner);
    return { won: true, winner };
  };
  return { entries, decisions, scores: { propose, refresh: async () => undefined } };
}

describe('a scheduler', () => {
  const running: Scheduler[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((scheduler) => scheduler.stop()));
  });

  const jobOf = (
    { scores }: ReturnType<typeof sharedLog>,
    name: string,
    given: Partial<Schedule>,
    run?: ScheduledJob['run'],
  ): ScheduledJob => {
    const schedule = { cron: MINUTELY, through: 'last_sealed_hour', partial_at: SOON, deadline: SOON, ...given };
    const parsed = parseModelSettings(leadScore, { schedule }, 'a test').settings.schedule;
    const publish = async (asOf: number): Promise<void> => {
      const value = { kind: 'run', model: name, as_of: asOf, run_id: `${name}-${asOf}` } as NewScoreDecision;
      await scores.propose(runKey(`${name}-${asOf}`), value);
    };
    return {
      name,
      schedule: parsed,
      ticker: createTicker(parsed.cron, 'UTC'),
      sameInstant: [],
      spillMs: 0,
      async run(asOf, missing, assertHeld) {
        await run?.(asOf, missing, assertHeld);
        await publish(asOf);
      },
    };
  };
  const start = (
    { scores, decisions }: ReturnType<typeof sharedLog>,
    jobs: readonly ScheduledJob[],
    more: Partial<SchedulerDeps> = {},
  ): Scheduler => {
    const scheduler = createScheduler({
      jobs,
      scores,
      decisions,
      head: () => SEALED,
      log: silentLog,
      replica: 'a',
      zone: 'UTC',
      pollMs: 5,
      leaseMs: 60_000,
      catchUpMs: 150_000,
      attempts: 2,
      retryMs: 1,
      ...more,
    });
    running.push(scheduler);
    scheduler.start();
    return scheduler;
  };
  /** Each model was seen long ago. */
  const seen = async ({ scores }: ReturnType<typeof sharedLog>, ...names: string[]): Promise<void> => {
    for (const job of names) {
      const done = {
        kind: 'tick_done',
        job,
        scheduled_at: 0,
        outcome: 'failed',
        reason: '',
        replica: '',
        decided_at: 0,
      };
      await scores.propose(`done:${job}:0`, done as NewScoreDecision);
    }
  };
  const words = ({ entries }: ReturnType<typeof sharedLog>): string[] =>
    entries.flatMap(({ value }) => {
      if (value.kind === 'run') return [`${value.model} run`];
      return value.kind === 'tick_done' && value.scheduled_at > 0 ? [`${value.job} ${value.outcome}`] : [];
    });

  it('gives a tick up after its attempts with one error, and those that come after it go on', async () => {
    const log = sharedLog();
    await seen(log, 'first', 'second');
    const errors: string[] = [];
    const told = { ...silentLog, error: (_fields: unknown, text?: string) => void errors.push(text ?? '') };
    let attempts = 0;
    const fail = async (): Promise<void> => {
      attempts += 1;
      throw new Error('no');
    };
    const schedule = { catch_up: false };
    const jobs = [jobOf(log, 'second', { ...schedule, after: ['first'] }), jobOf(log, 'first', schedule, fail)];
    const scheduler = start(log, jobs, { log: told as SchedulerDeps['log'] });
    await waitFor('both to be settled', () => words(log), { until: (found) => found.length >= 2 });
    expect(words(log).slice(0, 2)).toEqual(['first failed', 'second run']);
    await scheduler.stop();
    const given = words(log).filter((word) => word === 'first failed').length;
    expect(attempts).toBeGreaterThanOrEqual(2 * given);
    expect(errors).toEqual(Array.from({ length: given }, () => 'first is given up; the previous scores stay current'));
  });

  it('runs on what is sealed once partial_at has passed, and says what is missing', async () => {
    const log = sharedLog();
    await seen(log, 'daily');
    const missed: (readonly string[])[] = [];
    const now = new Date();
    const daily = {
      cron: '0 0 * * *',
      partial_at: '00:00',
      through: 'last_complete_day',
      catch_up: false,
    } as const;
    const midnight = now.setUTCHours(0, 0, 0, 0);
    const head = (): SealHead => ({ ...SEALED, closedThrough: midnight - 3_600_000 });
    start(log, [jobOf(log, 'daily', daily, async (_asOf, missing) => void missed.push(missing))], {
      head,
      catchUpMs: DAY,
    });
    await waitFor('the run', () => words(log), { until: (found) => found.length >= 1 });
    expect(missed[0]).toEqual([`${minute(midnight - 3_600_000)}/${minute(midnight)}`]);
  });

  it.each([
    ['skip', ['m skipped', 'm run']],
    ['queue', ['m run', 'm run']],
  ] as const)('with overlap %s a tick that comes while the one before is worked: %j', async (overlap, expected) => {
    const log = sharedLog();
    let end = (): void => undefined;
    const held = new Promise<void>((resolve) => (end = resolve));
    let runs = 0;
    const once = async (): Promise<void> => {
      runs += 1;
      if (runs === 1) await held;
    };
    const job = jobOf(log, 'm', { cron: '* * * * * *', overlap }, once);
    start(log, [job], { catchUpMs: 3_600_000, leaseMs: 600 });
    await waitFor('the first run', () => runs, { until: (count) => count === 1 });
    const claimed = log.decisions.firstDecisionAt('m') ?? 0;
    await waitFor('the next tick to have come', () => Date.now(), { until: (now) => now > claimed + 1_500 });
    if (overlap === 'skip') await waitFor('it to be skipped', () => words(log), { until: (found) => found.length > 0 });
    end();
    await waitFor('two to be settled', () => words(log), { until: (found) => found.length >= 2 });
    expect(words(log).slice(0, 2).sort()).toEqual([...expected].sort());
    expect(log.decisions.tickState('m', claimed + 1_000).isDone).toBe(true);
  });

  it('ticks that were missed are none that came while another was worked', async () => {
    const log = sharedLog();
    await seen(log, 'm');
    start(log, [jobOf(log, 'm', { overlap: 'skip' })]);
    await waitFor('two missed ticks', () => words(log), { until: (found) => found.length >= 2 });
    expect(words(log).slice(0, 2)).toEqual(['m run', 'm run']);
  });

  it('says once that a deadline was missed, however many replicas see it', async () => {
    const log = sharedLog();
    await seen(log, 'm', 'other');
    const errors: string[] = [];
    const listening: KafkaLog = {
      ...silentLog,
      error: (_details: unknown, message?: string) => void errors.push(String(message)),
    };
    const past = { deadline: '00:00', cron: '0 0 * * *' };
    const jobs = [jobOf(log, 'held', past), jobOf(log, 'm', { ...past, after: ['held'] }), jobOf(log, 'other', {})];
    const midnight = new Date().setUTCHours(0, 0, 0, 0);
    const claim = { kind: 'tick', job: 'held', scheduled_at: midnight, epoch: 0, replica: 'c', claimed_at: 0 } as const;
    await log.scores.propose(tickKey('held', midnight, 0), claim);
    for (const replica of ['a', 'b']) start(log, jobs, { log: listening, replica, catchUpMs: DAY - 1 });
    await waitFor('other runs to go on meanwhile', () => words(log), { until: (found) => found.length >= 2 });
    expect(errors.filter((message) => message.startsWith('m '))).toEqual(['m is not published at its deadline']);
    expect(words(log)).not.toContain('m run');
  });

  const kinds = ({ entries }: ReturnType<typeof sharedLog>, name: string): string[] =>
    entries.flatMap(({ value }) =>
      value.kind === 'run' ? (value.model === name ? ['run'] : []) : value.job === name ? [value.kind] : [],
    );

  it('says that a tick is due before anything of it begins, one that waits as well', async () => {
    const log = sharedLog();
    await seen(log, 'first', 'second');
    let end = (): void => undefined;
    const held = new Promise<void>((resolve) => (end = resolve));
    const schedule = { catch_up: false };
    start(log, [jobOf(log, 'second', { ...schedule, after: ['first'] }), jobOf(log, 'first', schedule, () => held)]);
    await waitFor('the first to be worked', () => kinds(log, 'first'), { until: (found) => found.includes('tick') });
    expect(kinds(log, 'first').slice(1)).toEqual(['tick_due', 'tick']);
    expect(kinds(log, 'second').slice(1)).toEqual(['tick_due']);
    end();
    await waitFor('the second to run', () => kinds(log, 'second'), { until: (found) => found.includes('run') });
  });

  it('settles what was due and will not be run: it is too old, or a later tick is due and catch_up is off', async () => {
    const log = sharedLog();
    await seen(log, 'm');
    const newest = Math.floor(Date.now() / 60_000) * 60_000;
    const due = [newest - 60_000, newest - DAY];
    for (const scheduled_at of due) {
      const value = { kind: 'tick_due', job: 'm', scheduled_at, noted_at: scheduled_at } as const;
      await log.scores.propose(tickDueKey('m', scheduled_at), value);
    }
    start(log, [jobOf(log, 'm', { catch_up: false })]);
    await waitFor('both to be settled', () => words(log), { until: (found) => found.length >= 3 });
    expect(words(log).filter((word) => word === 'm skipped')).toHaveLength(2);
    for (const tick of due) expect(log.decisions.tickState('m', tick).isDone).toBe(true);
  });

  it('refuses schedules that wait for each other', () => {
    const log = sharedLog();
    const jobs = [jobOf(log, 'a', { after: ['b'] }), jobOf(log, 'b', { after: ['a'] })];
    expect(() => start(log, jobs)).toThrow('in a circle: a -> b -> a');
  });
});

const minute = (instant: number): string => new Date(instant).toISOString().replace(/:\d\d\.000Z$/, 'Z');
