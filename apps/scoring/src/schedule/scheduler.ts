import { describeError } from '@millrace/platform-errors';

import type { SealHead } from '../chain/seal-head';
import { waitingRuns } from '../metrics';
import { orderSchedules } from './order-schedules';
import { planRuns, type PlannedRun, type ScheduledModel, type Wait } from './plan-runs';
import { createTickWorker, type Tick, type TickWorkerDeps } from './tick-worker';
import { nextLocalTime } from './ticks';

/** What runs one model. */
export interface ScheduledJob extends ScheduledModel {
  /**
   * Runs as of a tick. `missing`: windows that were not sealed when waiting was over; the run is partial then. `assertHeld`
   * throws when another replica has taken the tick over, or when the service stops: asked before whatever decides.
   */
  run(asOf: number, missing: readonly string[], assertHeld: () => void): Promise<unknown>;
}

export interface SchedulerDeps extends Omit<TickWorkerDeps, 'pause' | 'stopping'> {
  /** In the order of the model graph. */
  readonly jobs: readonly ScheduledJob[];
  /** Up to where windows are sealed, by the newest step read. */
  readonly head: () => SealHead | undefined;
  /** Zone of schedules that name none. */
  readonly zone: string;
  readonly pollMs: number;
  readonly catchUpMs: number;
  /** After a run was published or found unchanged. */
  readonly onRun?: () => Promise<void>;
}

export interface Scheduler {
  start(): void;
  stop(): Promise<void>;
  /** What it does now, and which due ticks wait for what. */
  status(): { readonly running: PlannedRun | null; readonly waiting: readonly PlannedRun[] };
}

/**
 * Runs jobs at their ticks, one run at a time on each replica; meanwhile it goes on looking. Each turn asks planRuns what is due.
 * One replica holds a tick while it works, renews it, and is succeeded when it dies. Nobody holds a tick that waits: whoever is
 * free begins it. Throws ConfigError when the schedules wait for each other in a circle.
 */
export function createScheduler(deps: SchedulerDeps): Scheduler {
  const { decisions, log } = deps;
  const jobs = new Map(orderSchedules(deps.jobs).map((job) => [job.name, job]));
  const settings = { startedAt: Date.now(), catchUpMs: deps.catchUpMs, zone: deps.zone };
  const stopping = new AbortController();
  const said = new Map<string, string>();
  let looping: Promise<void> = Promise.resolve();
  let working: Promise<void> = Promise.resolve();
  let running: PlannedRun | null = null;
  let waiting: readonly PlannedRun[] = [];

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
  const worker = createTickWorker({ ...deps, pause, stopping: stopping.signal });

  const jobOf = ({ model }: PlannedRun): ScheduledJob => jobs.get(model) as ScheduledJob;
  const localTime = (planned: PlannedRun, time: string): number =>
    nextLocalTime(planned.asOf, time, jobOf(planned).schedule.zone ?? deps.zone);
  const tickOf = (planned: PlannedRun): Tick => ({
    model: planned.model,
    asOf: planned.asOf,
    deadline: localTime(planned, jobOf(planned).schedule.deadline),
    waitingFor: inWords(planned.waitsFor),
  });
  const isRunning = ({ model, asOf }: PlannedRun): boolean => running?.model === model && running.asOf === asOf;

  /** From `partial_at` no longer for windows, once any has been sealed. */
  const isWaiting = (planned: PlannedRun, now: number): boolean => {
    if (planned.waitsFor.length === 0) return false;
    if (planned.waitsFor.some((wait) => 'run' in wait) || deps.head() === undefined) return true;
    return now < localTime(planned, jobOf(planned).schedule.partial_at);
  };

  /** Of a tick that nobody works yet: that the deadline is missed. */
  const noteMissed = async (planned: PlannedRun): Promise<void> => {
    const tick = tickOf(planned);
    if (worker.isMissed(tick) && worker.mayClaim(tick)) await worker.claim(tick);
  };

  /**
   * What is due is in the log before anything of it begins, so that whoever delivers a run knows what else is due. What was noted
   * and will not be run any more is said, too: it is too old, or a later tick takes its place.
   */
  const noteDue = async (plan: readonly PlannedRun[], now: number): Promise<void> => {
    for (const planned of plan) await worker.noteDue(planned);
    for (const { name, schedule, ticker } of jobs.values()) {
      const newest = ticker.newest(now) ?? 0;
      const next = ticker.next(newest) ?? Infinity;
      const oldest = now - Math.max(deps.catchUpMs, next - newest);
      for (const asOf of decisions.dueTicks(name)) {
        if (plan.some((planned) => planned.model === name && planned.asOf === asOf)) continue;
        const isReplaced = !schedule.catch_up && ticker.isTick(asOf) && asOf < newest;
        const tick = { model: name, asOf };
        if (asOf < oldest) await worker.conclude(tick, 'skipped', 'it is too old to be caught up');
        else if (isReplaced) await worker.conclude(tick, 'skipped', 'a later tick is due, and catch_up is off');
      }
    }
  };

  const begin = async (planned: PlannedRun): Promise<void> => {
    const tick = tickOf(planned);
    if (!worker.mayClaim(tick) || !(await worker.claim(tick))) return;
    const missing = planned.waitsFor.flatMap((wait) => ('window' in wait ? [wait.window] : []));
    running = planned;
    working = worker
      .work(tick, async (assertHeld) => {
        await jobOf(planned).run(planned.asOf, missing, assertHeld);
        await deps.onRun?.();
      })
      .catch((error: unknown) => {
        if (stopping.signal.aborted) return;
        log.warn({ err: error }, `a tick of ${planned.model} was left: ${describeError(error)}`);
      })
      .finally(() => (running = null));
  };

  /** Behind another tick of its model. */
  const skipOverlapped = async (planned: PlannedRun, now: number): Promise<void> => {
    if (jobOf(planned).schedule.overlap !== 'skip') return;
    if (!decisions.isOverlapped(planned.model, planned.asOf, now, deps.leaseMs)) return;
    await worker.conclude(tickOf(planned), 'skipped', 'the run of an earlier tick went on');
  };

  const turn = async (): Promise<void> => {
    const now = Date.now();
    const plan = planRuns(deps.jobs, decisions, deps.head(), now, settings);
    await noteDue(plan, now);
    const firsts = new Set([...jobs.keys()].map((model) => plan.find((planned) => planned.model === model)));
    const ofOthers = plan.filter((planned) => !isRunning(planned));
    waiting = ofOthers.filter((planned) => firsts.has(planned) && isWaiting(planned, now));
    sayWaiting();
    for (const planned of ofOthers) {
      if (stopping.signal.aborted) return;
      if (!firsts.has(planned)) await skipOverlapped(planned, now);
      else if (running !== null || waiting.includes(planned)) await noteMissed(planned);
      else await begin(planned);
    }
  };

  /** Once for each change of what a model waits for. */
  const sayWaiting = (): void => {
    for (const model of jobs.keys()) {
      const planned = waiting.find((one) => one.model === model);
      waitingRuns.set({ model }, planned === undefined ? 0 : 1);
      const missing = inWords(planned?.waitsFor ?? []);
      const words = [planned?.asOf, ...missing].join(' ');
      if (words !== (said.get(model) ?? '') && planned !== undefined) {
        const what = planned.waitsFor.some((wait) => 'window' in wait) ? 'windows to be sealed' : 'other runs';
        log.info({ job: model, tick: new Date(planned.asOf).toISOString(), missing }, `${model} waits for ${what}`);
      }
      said.set(model, words);
    }
  };

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await turn();
      } catch (error) {
        if (!stopping.signal.aborted) log.warn({ err: error }, `looking for due ticks failed: ${describeError(error)}`);
      }
      await pause(deps.pollMs);
    }
  };

  return {
    start: () => void (looping = loop()),
    async stop() {
      stopping.abort();
      await looping;
      await working;
    },
    status: () => ({ running, waiting }),
  };
}

const inWords = (waits: readonly Wait[]): string[] => waits.map((wait) => ('window' in wait ? wait.window : wait.run));
