import { leadScore, orderModels, MODELS, type Model, type Schedule } from '@millrace/catalog-models';
import { addDays, dayAt, isIanaZone, type SealStep } from '@millrace/contract-window';
import { ConfigError, RetryableError, UsageError } from '@millrace/platform-errors';

import { readinessOf, type Readiness } from '../chain/seal-chain';
import { createSealedReads } from '../chain/sealed-reads';
import { agreeWithInstallation, type Connections } from '../connections/connections';
import { entityLag } from '../entities/entity-lander';
import { builtThrough, createDayBuilder, type DayBuilder } from '../rollup/day-builder';
import { createTicker, type Ticker } from '../schedule/ticks';
import { runDuration, runOutcomes, runRows, waitingRuns } from '../metrics';
import { createLiveSettings } from './live-settings';
import { runLeadScore, type RunOutcome } from './run-lead-score';

/** The job lead_score with everything it needs; the schedule and the command line run it through the same code. */
export interface Job {
  readonly name: string;
  readonly zone: string;
  /** As it was at the start; everything else in the settings files is read again for each run. */
  readonly schedule: Schedule;
  readonly ticker: Ticker;
  /** What the next run counts by, and its hash. */
  settings(): { readonly settings: object; readonly hash: string };
  /** Rolls up days by the settings of the newest run. */
  days(): DayBuilder;
  /** What a run as of the instant waits for, by the newest step of the chain. */
  readiness(asOf: number): Readiness;
  /** Resolves when the windows are sealed or `until` (epoch ms) has passed; says what is missing then. */
  waitUntilReady(asOf: number, options: WaitOptions): Promise<Readiness>;
  run(asOf: number, missing: readonly string[], assertHeld?: () => void): Promise<RunOutcome>;
}

export interface WaitOptions {
  readonly until: number;
  readonly signal?: AbortSignal;
  readonly onWait?: (readiness: Readiness) => void;
  readonly everyMs?: number;
}

/** Throws ConfigError when models, settings or schedule do not hold. */
export function createJob(connections: Connections): Job {
  const { config, chain, scores, clickhouse, log } = connections;
  orderModels(MODELS);
  const live = createLiveSettings(config.MODELS_CONFIG_DIR, log);
  const planned = live.current().lead.settings.schedule;
  const schedule: Schedule = { ...planned, cron: config.LEAD_SCORE_CRON ?? planned.cron };
  const zone = config.TIME_ZONE;
  if (schedule.zone !== undefined && schedule.zone !== zone) {
    throw new ConfigError(`schedule.zone of lead_score is ${schedule.zone} and TIME_ZONE is ${zone}`, {
      advice: 'Leave schedule.zone out: local days are never built in two zones side by side',
    });
  }
  if (!isIanaZone(zone))
    log.warn({ zone }, 'the zone is a fixed offset: business days will not follow daylight saving');
  const origin = config.LEAD_SCORE_CRON === undefined ? 'schedule.cron of lead_score' : 'LEAD_SCORE_CRON';
  const ticker = createTicker(schedule.cron, zone, origin);
  const sealed = createSealedReads({ clickhouse, chain, builtThrough: () => builtThrough(clickhouse) });
  const days = (): DayBuilder => {
    const { settings, hash } = live.current().rollup;
    return createDayBuilder({ clickhouse, zone, settings, settingsHash: hash, sealed });
  };
  const name = leadScore.name;

  const readiness = (asOf: number): Readiness =>
    readinessOf(chain.head()?.value, addDays(dayAt(asOf, zone).date, -1), zone);

  /** People and accounts that were in Kafka before the run are landed, or a note says that they are not. */
  const entityNotes = async (): Promise<string[]> => {
    const deadline = Date.now() + config.ENTITIES_WAIT_SECONDS * 1000;
    for (;;) {
      const lag = await entityLag(connections);
      if (lag === 0) return [];
      if (Date.now() >= deadline) return [`entities: ${lag} records of people and accounts were not landed yet`];
      await sleep(200);
    }
  };

  const headOrThrow = (head: SealStep | undefined): SealStep => {
    if (head !== undefined) return head;
    throw new RetryableError('No window has been sealed yet', {
      code: 'SERVICE_NOT_READY',
      advice: 'Start windowing and send a signal, then run again',
    });
  };

  return {
    name,
    zone,
    schedule,
    ticker,
    settings: () => live.current().lead,
    days,
    readiness,

    async waitUntilReady(asOf, { until, signal, onWait, everyMs = 200 }) {
      let said = '';
      waitingRuns.set({ model: name }, 1);
      try {
        for (;;) {
          await chain.refresh();
          const state = readiness(asOf);
          const isOver = Date.now() >= until && chain.head() !== undefined;
          if (state.isReady || isOver || signal?.aborted === true) return state;
          const words = state.missing.join(', ');
          if (words !== said) onWait?.(state);
          said = words;
          await sleep(everyMs);
        }
      } finally {
        waitingRuns.set({ model: name }, 0);
      }
    },

    async run(asOf, missing, assertHeld) {
      const startedAt = performance.now();
      try {
        // Somebody may have changed the zone on purpose since this process started.
        await agreeWithInstallation(connections);
        await chain.refresh();
        const head = headOrThrow(chain.head()?.value);
        const notes = [...live.refresh(), ...(await entityNotes())];
        const { lead } = live.current();
        const request = { asOf, missing, isScheduled: ticker.isTick(asOf), ...(assertHeld ? { assertHeld } : {}) };
        const outcome = await runLeadScore(head, request, {
          clickhouse,
          scores,
          days: days(),
          log,
          zone,
          settings: lead.settings,
          settingsHash: lead.hash,
          chunkSize: config.RUN_CHUNK_SIZE,
          chunksPerQuery: config.RUN_CHUNKS_PER_QUERY,
          notes,
        });
        runOutcomes.inc({ model: name, outcome: outcome.outcome });
        runDuration.set({ model: name }, (performance.now() - startedAt) / 1000);
        runRows.set({ model: name }, outcome.run.rows);
        return outcome;
      } catch (error) {
        runOutcomes.inc({ model: name, outcome: 'failed' });
        throw error;
      }
    },
  };
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

type CreateJob = (connections: Connections) => Job;

/** The job of each score model; one line a model. */
export const JOBS: Readonly<Record<string, CreateJob>> = { [leadScore.name]: createJob };

/** What makes the job that runs `model`. Throws a UsageError when none does: another model is never run in its place. */
export function jobOf(model: Model, jobs = JOBS): CreateJob {
  const create = jobs[model.name];
  if (create !== undefined) return create;
  throw new UsageError(`Nothing runs ${model.name} yet`, {
    advice: `What can be run: ${Object.keys(jobs).join(', ')}`,
  });
}
