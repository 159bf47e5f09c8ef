import { tickDoneKey, tickKey, type NewScoreDecision, type ScoreDecision } from '@millrace/contract-score';
import { describeError, MillraceError } from '@millrace/platform-errors';
import type { DecisionLog, KafkaLog } from '@millrace/platform-kafka';

import type { Job } from '../runs/job';
import { missedDeadlines } from '../metrics';
import { isEarlierTickHeld, mayClaim, tickStateOf } from './tick-state';
import { nextLocalTime } from './ticks';

export interface SchedulerDeps {
  readonly job: Job;
  readonly scores: DecisionLog<ScoreDecision, NewScoreDecision>;
  readonly log: KafkaLog;
  readonly replica: string;
  readonly pollMs: number;
  readonly leaseMs: number;
  readonly catchUpMs: number;
  readonly attempts: number;
  readonly retryMs: number;
  /** After a run was published or found unchanged. */
  readonly onRun?: () => Promise<void>;
}

export interface Scheduler {
  start(): void;
  stop(): Promise<void>;
  /** What it does now, for health and the doctor. */
  status(): { readonly tick: number | null; readonly waitingFor: readonly string[] };
}

/** Runs a job at its ticks: one replica holds a tick, renews it while it waits and works, and is succeeded when it dies. */
export function createScheduler(deps: SchedulerDeps): Scheduler {
  const { job, scores, log, replica } = deps;
  const { schedule } = job;
  const startedAt = Date.now();
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let tick: number | null = null;
  let waitingFor: readonly string[] = [];

  /** The newest tick that is due and that nobody has finished. */
  const dueTick = (now: number): number | null => {
    const newest = job.ticker.newest(now);
    if (newest === null || now - newest > deps.catchUpMs) return null;
    const isMissed = newest < startedAt;
    if (!isMissed) return newest;
    const wasEverUp = scores
      .entries()
      .some(({ value }) => (value.kind === 'run' ? value.model : value.job) === job.name);
    return schedule.catch_up && wasEverUp ? newest : null;
  };

  const claim = async (scheduledAt: number): Promise<boolean> => {
    await scores.refresh();
    const state = tickStateOf(scores, job.name, scheduledAt);
    if (!mayClaim(state, replica, Date.now(), deps.leaseMs)) return false;
    const { won } = await scores.propose(tickKey(job.name, scheduledAt, state.nextEpoch), {
      kind: 'tick',
      job: job.name,
      scheduled_at: scheduledAt,
      epoch: state.nextEpoch,
      replica,
      claimed_at: Date.now(),
    });
    return won;
  };

  const work = async (scheduledAt: number): Promise<void> => {
    let isHeld = true;
    const assertHeld = (): void => {
      if (isHeld && !stopping.signal.aborted) return;
      throw new MillraceError(`Another replica has taken over the tick of ${job.name}`, { code: 'DECISION_LOST' });
    };
    const renewal = setInterval(() => {
      claim(scheduledAt).then(
        (won) => (isHeld = won || tickStateOf(scores, job.name, scheduledAt).holder?.replica === replica),
        (error: unknown) => log.warn({ err: error }, 'renewing a tick failed'),
      );
    }, deps.leaseMs / 3);
    const deadline = nextLocalTime(scheduledAt, schedule.deadline, job.zone);
    const alarm = setTimeout(
      () => {
        missedDeadlines.inc({ model: job.name });
        log.error(
          { job: job.name, deadline, waitingFor },
          `${job.name} is not published at its deadline ${schedule.deadline}`,
        );
      },
      Math.max(0, deadline - Date.now()),
    );
    try {
      const state = await job.waitUntilReady(scheduledAt, {
        until: nextLocalTime(scheduledAt, schedule.partial_at, job.zone),
        signal: stopping.signal,
        onWait: (readiness) => {
          waitingFor = readiness.missing;
          log.info({ job: job.name, missing: waitingFor }, `${job.name} waits for windows to be sealed`);
        },
      });
      assertHeld();
      await attempt(scheduledAt, state.missing, assertHeld);
    } finally {
      clearInterval(renewal);
      clearTimeout(alarm);
      waitingFor = [];
    }
  };

  const attempt = async (scheduledAt: number, missing: readonly string[], assertHeld: () => void): Promise<void> => {
    for (let number = 1; ; number++) {
      try {
        assertHeld();
        await job.run(scheduledAt, missing, assertHeld);
        await deps.onRun?.();
        return;
      } catch (error) {
        assertHeld();
        log.error({ err: error, attempt: number }, `${job.name} failed: ${describeError(error)}`);
        if (number >= deps.attempts) return giveUp(scheduledAt, describeError(error));
        await pause(deps.retryMs * 2 ** (number - 1));
      }
    }
  };

  const giveUp = async (scheduledAt: number, reason: string): Promise<void> => {
    await conclude(scheduledAt, 'failed', reason);
    log.error({ job: job.name, scheduledAt, reason }, `${job.name} is given up; the previous scores stay current`);
  };

  const conclude = async (scheduledAt: number, outcome: 'failed' | 'skipped', reason: string): Promise<void> => {
    await scores.propose(tickDoneKey(job.name, scheduledAt), {
      kind: 'tick_done',
      job: job.name,
      scheduled_at: scheduledAt,
      outcome,
      reason,
      replica,
      decided_at: Date.now(),
    });
  };

  /** A tick waits for the one before it, or is skipped, as the schedule says. */
  const begin = async (due: number): Promise<void> => {
    if (isEarlierTickHeld(scores, job.name, due, Date.now(), deps.leaseMs)) {
      if (schedule.overlap === 'skip') await conclude(due, 'skipped', 'the run of an earlier tick went on');
      return;
    }
    if (!(await claim(due))) return;
    tick = due;
    await work(due);
  };

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        const due = dueTick(Date.now());
        if (due !== null && !tickStateOf(scores, job.name, due).isDone) await begin(due);
      } catch (error) {
        if (!stopping.signal.aborted)
          log.warn({ err: error }, `a tick of ${job.name} was left: ${describeError(error)}`);
      } finally {
        tick = null;
      }
      await pause(deps.pollMs);
    }
  };

  /** Ends early when the scheduler stops. */
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      if (stopping.signal.aborted) return resolve();
      const end = (): void => {
        clearTimeout(timer);
        stopping.signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      stopping.signal.addEventListener('abort', end);
    });

  return {
    start: () => void (running = loop()),
    async stop() {
      stopping.abort();
      await running;
    },
    status: () => ({ tick, waitingFor }),
  };
}
