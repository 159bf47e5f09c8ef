import {
  assertPieces,
  MODELS,
  orderModels,
  parseModelSettings,
  type Model,
  type Rollup,
  type Schedule,
  type Score,
} from '@millrace/catalog-models';
import type { RunPublished } from '@millrace/contract-score';
import { dayAt, isIanaZone, type SealStep } from '@millrace/contract-window';
import { RetryableError, unknownName } from '@millrace/platform-errors';

import { sealHeadOf } from '../chain/seal-head';
import { createSealedReads } from '../chain/sealed-reads';
import { agreeWithInstallation, type Connections } from '../connections/connections';
import { entityLag } from '../entities/entity-lander';
import { entityOffsetsAt } from '../entities/entity-offsets';
import { runDuration, runOutcomes, runRows, waitingRuns } from '../metrics';
import { builtThrough, createRollupBuilder, type RollupBuilder } from '../rollup/rollup-builder';
import { createDecisionIndex, type DecisionIndex } from '../schedule/decision-index';
import { windowsToWaitFor } from '../schedule/plan-runs';
import { scheduleIn } from '../schedule/schedule-in';
import { createTicker, type Ticker } from '../schedule/ticks';
import { bindInputs, type BindDeps, type BoundInputs, type Reader } from './bind-inputs';
import { mirrorPublications } from '../settings/publications-mirror';
import type { FilesPublished } from '../settings/publish-files';
import { changesInWords } from '../settings/setting-changes';
import { settingsAt } from '../settings/settings-at';
import { createLiveSettings, type UsedSettings } from './live-settings';
import { NO_RUNS, trialsFirst, type RunFinder } from './run-finder';
import type { TrialPurpose } from './run-key';
import { createRunLineage, type RunLineage } from './run-lineage';
import { runModel, type RunOutcome, type RunRequest } from './run-model';

/** What runs the models of the catalogue; it knows none of them by name. */
export interface Engine {
  readonly zone: string;
  /** Follows the log of scores. */
  readonly decisions: DecisionIndex;
  /** One a score model, what is read before what reads it. */
  readonly jobs: readonly Job[];
  /** Throws MODEL_UNKNOWN. */
  job(name: string): Job;
  /** The job and those whose runs of the same instant it reads, in the order in which they run. */
  withUpstream(name: string): readonly Job[];
  /** What a select that is no model reads as of an instant; of runs only those given. */
  bind(reader: Reader, asOf: number, reads: readonly RunPublished[]): Promise<BoundInputs>;
  /** Build days by the settings that were published last; those whose settings do not hold are left out. */
  rollups(): readonly RollupBuilder[];
  /**
   * Reads what is published; what never was is published as its file says. The first time it fixes the schedules, for as long as
   * the engine lives; before it everything is as the files say. Changed files are published by the next run.
   */
  readSettings(): Promise<void>;
}

/** What a run still waits for. */
export interface Readiness {
  readonly isReady: boolean;
  /** Windows that are not sealed, as `start/end` instants; empty when ready. */
  readonly missing: readonly string[];
}

/** A score model's runs; the schedule and the command line run it through the same code. */
export interface Job {
  readonly name: string;
  readonly zone: string;
  /** As it was at the start; everything else that is published is read again for each run. */
  readonly schedule: Schedule;
  readonly ticker: Ticker;
  /** Models whose run of the same instant it reads. */
  readonly sameInstant: readonly string[];
  /** How far past the end of a local day the days that it reads look, in milliseconds. */
  readonly spillMs: number;
  /** What a run as of the instant counts by; default: what was published last. */
  settings(asOf?: number): UsedSettings;
  /** In words, what of the file is not published yet and would be by a service that publishes changed files; null: nothing. */
  unpublished(): string | null;
  /** What a run as of the instant waits for, by the newest step of the chain. */
  readiness(asOf: number): Readiness;
  /** Resolves when the windows are sealed or `until` (epoch ms) has passed; says what is missing then. */
  waitUntilReady(asOf: number, options: WaitOptions): Promise<Readiness>;
  run(asOf: number, missing: readonly string[], assertHeld?: () => void, more?: RunMore): Promise<RunOutcome>;
  /** A run that nobody publishes: no schedule, no view of scores and no later run finds it. Its rows are there for a week. */
  try(asOf: number, options: TryOptions): Promise<RunOutcome>;
}

/** `deliver` false: no destination hears of the run until others follow; left out: as the engine says. */
export type RunMore = Pick<RunRequest, 'deliver' | 'onProgress'>;

export interface TryOptions {
  readonly purpose: TrialPurpose;
  /** As the model's file would say them, instead of what is published; rollups keep theirs. */
  readonly settings?: object;
  readonly missing?: readonly string[];
  /** Runs of before that were tried: this one reads them, not the published ones of their models. */
  readonly reads?: readonly RunPublished[];
  /** It reads no published run besides: it continues none, and is what a first run would be. */
  readonly isAlone?: boolean;
}

export interface WaitOptions {
  readonly until: number;
  readonly signal?: AbortSignal;
  readonly onWait?: (readiness: Readiness) => void;
  readonly everyMs?: number;
}

const isScore = (model: Model): model is Score => model.kind === 'score';
const isRollup = (model: Model): model is Rollup => model.kind === 'rollup';

export interface EngineOptions {
  /** False: no destination hears of the runs that it makes until others follow. */
  readonly deliver?: boolean | undefined;
  /** Runs of the past that are made up for: they count for no schedule, and each statement keeps to one thread. */
  readonly isBackfill?: boolean | undefined;
  /** Each statement keeps to one thread, and others go before it. */
  readonly isModest?: boolean | undefined;
  /** Which settings files it publishes; default: as MODELS_AUTO_PUBLISH says. */
  readonly publishes?: FilesPublished | undefined;
}

/** Throws ConfigError when models, settings or schedules do not hold. */
export function createEngine(
  connections: Connections,
  models: readonly Model[] = MODELS,
  { deliver, isBackfill = false, isModest = isBackfill, publishes }: EngineOptions = {},
): Engine {
  const { config, chain, scores, edits, publications, log, lineage } = connections;
  const clickhouse = isModest ? connections.clickhouse.withSettings(MODEST) : connections.clickhouse;
  const ordered = orderModels(models);
  assertPieces(ordered);
  const decisions = createDecisionIndex(scores);
  const live = createLiveSettings({
    folder: config.MODELS_CONFIG_DIR,
    models: ordered,
    publications,
    publishes: publishes ?? (config.MODELS_AUTO_PUBLISH ? 'changed' : 'never'),
    onRead: (all) => mirrorPublications(connections.clickhouse, all),
    log,
  });
  const zone = config.TIME_ZONE;
  if (!isIanaZone(zone))
    log.warn({ zone }, 'the zone is a fixed offset: business days will not follow daylight saving');
  const sealed = createSealedReads({ clickhouse, chain, builtThrough: () => builtThrough(clickhouse) });
  const rollupOf = (model: Rollup): RollupBuilder => {
    const { settings, hash } = live.of(model);
    return createRollupBuilder({ clickhouse, model, zone, settings, settingsHash: hash, sealed });
  };
  /** What does not hold was said when it was read. */
  const holds = (model: Model): boolean => {
    try {
      return live.of(model).hash !== '';
    } catch {
      return false;
    }
  };
  const rollups = (): RollupBuilder[] => ordered.filter(isRollup).filter(holds).map(rollupOf);

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

  const sameInstantOf = (model: Score): string[] =>
    Object.values(model.inputs(live.of(model).settings)).flatMap((input) =>
      input.from === 'run' && input.pick === 'same_instant' ? [input.model] : [],
    );

  const spillOf = (model: Score): number => {
    if (!holds(model)) return 0;
    return Object.values(model.inputs(live.of(model).settings)).reduce((most, input) => {
      const rollup = input.from === 'days' ? ordered.find(({ name }) => name === input.model) : undefined;
      if (rollup?.kind !== 'rollup' || !holds(rollup)) return most;
      return Math.max(most, rollup.spillMs?.(live.of(rollup).settings) ?? 0);
    }, 0);
  };

  /** What was given, with what the model borrows as it is published. */
  const tried = (model: Score, given: object, asOf: number): Pick<UsedSettings, 'settings' | 'hash'> =>
    parseModelSettings(
      model,
      given,
      'what is tried',
      (lender) => (settingsAt(publications, lender, asOf) ?? live.of(lender)).settings,
    ) as Pick<UsedSettings, 'settings' | 'hash'>;

  let fixing: (() => void)[] = [];
  const bind = (reader: Reader, settings: object, given: Pick<BindDeps, 'head' | 'asOf' | 'runs' | 'isWithinDay'>) => {
    const { asOf } = given;
    const builders = new Map(ordered.filter(isRollup).map((one) => [one.name, () => rollupOf(one)]));
    const found = <Found>(one: string, what: Found | undefined): Found => {
      if (what === undefined) throw new Error(`${reader.name} reads ${one}, which is not among the models`);
      return what;
    };
    return bindInputs(reader, settings, {
      ...given,
      asOfDate: dayAt(asOf, zone).date,
      rollup: (one) => found(one, builders.get(one))(),
      isTick: (one, instant) => found(one, jobs.get(one)).ticker.isTick(instant),
      entityOffsets: () => entityOffsetsAt(clickhouse, asOf),
      editsThen: async () => {
        await edits.refresh();
        return edits.through(asOf);
      },
    });
  };

  const createJob = (model: Score): Job => {
    const { name } = model;
    const scheduled = (): Pick<Job, 'schedule' | 'ticker' | 'sameInstant'> => {
      const schedule = scheduleIn(live.of(model).settings, model, zone, config.SCHEDULE_CRONS);
      const ticker = createTicker(schedule.cron, zone, `schedule.cron of ${name}`);
      return { schedule, ticker, sameInstant: sameInstantOf(model) };
    };
    let times = scheduled();
    // What does not hold keeps the schedule of its file: its ticks come, fail and say why, and the others go on.
    fixing.push(() => {
      if (holds(model)) times = scheduled();
    });
    const readiness = (asOf: number): Readiness => {
      const waits = windowsToWaitFor(
        { schedule: times.schedule, spillMs: spillOf(model) },
        asOf,
        sealHeadOf(chain.head()?.value),
        zone,
      );
      return { isReady: waits.length === 0, missing: waits.map(({ window }) => window) };
    };

    const execute = async (
      request: Pick<RunRequest, 'asOf' | 'missing' | 'purpose' | 'assertHeld'> & RunMore,
      given: object | undefined,
      runs: RunFinder,
      runLineage?: RunLineage,
    ): Promise<RunOutcome> => {
      const { asOf } = request;
      const isWithinDay = times.schedule.through === 'last_sealed_hour';
      // Somebody may have changed the zone on purpose since this process started.
      await agreeWithInstallation(connections);
      await chain.refresh();
      const head = headOrThrow(chain.head()?.value);
      // Nobody who tries something publishes a file by it.
      const ofFiles = request.purpose === undefined ? await live.refresh(asOf) : [];
      if (request.purpose !== undefined) await publications.refresh();
      const {
        settings,
        hash: settingsHash,
        publication,
      } = given === undefined ? live.of(model, asOf) : { ...tried(model, given, asOf), publication: null };
      const notes = [...ofFiles, ...live.differences(model), ...(await entityNotes())];
      const nextTick = times.ticker.next(asOf);
      return runModel(
        model,
        head,
        {
          ...request,
          deliver: request.deliver ?? deliver,
          isScheduled: !isBackfill && times.ticker.isTick(asOf),
          isLastOfMonth: nextTick === null || monthOf(nextTick, zone) !== monthOf(asOf, zone),
        },
        {
          clickhouse,
          scores,
          decisions,
          log,
          zone,
          settings,
          settingsHash,
          settingsOffset: publication?.offset,
          chunkSize: config.RUN_CHUNK_SIZE,
          chunksPerQuery: config.RUN_CHUNKS_PER_QUERY,
          bind: () => bind(model, settings, { head, asOf, runs, isWithinDay }),
          notes,
          lineage: runLineage,
        },
      );
    };

    return {
      name,
      zone,
      get schedule() {
        return times.schedule;
      },
      get ticker() {
        return times.ticker;
      },
      get sameInstant() {
        return times.sameInstant;
      },
      get spillMs() {
        return spillOf(model);
      },
      settings: (asOf) => live.of(model, asOf),
      unpublished() {
        const changes = live.unpublished(model);
        return changes.length === 0 ? null : changesInWords(changes);
      },
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

      async run(asOf, missing, assertHeld, more) {
        const startedAt = performance.now();
        const runLineage = createRunLineage({
          lineage,
          model,
          models: ordered,
          settings: () => live.of(model).settings as object,
          topicPrefix: config.TOPIC_PREFIX,
          asOf,
        });
        try {
          const outcome = await execute({ ...more, asOf, missing, assertHeld }, undefined, decisions, runLineage);
          runLineage.complete(outcome.run);
          runOutcomes.inc({ model: name, outcome: outcome.outcome });
          runDuration.set({ model: name }, (performance.now() - startedAt) / 1000);
          runRows.set({ model: name }, outcome.run.rows);
          return outcome;
        } catch (error) {
          runOutcomes.inc({ model: name, outcome: 'failed' });
          runLineage.fail(error);
          throw error;
        }
      },

      try: (asOf, { purpose, settings, missing = [], reads = [], isAlone = false }) =>
        execute({ asOf, missing, purpose }, settings, trialsFirst(reads, isAlone ? NO_RUNS : decisions)),
    };
  };

  const scoreModels = ordered.filter(isScore);
  const jobs = new Map<string, Job>();
  for (const model of scoreModels) jobs.set(model.name, createJob(model));
  const jobOf = (name: string): Job => {
    const job = jobs.get(name);
    if (job !== undefined) return job;
    throw unknownName({ kind: 'score model', typed: name, known: [...jobs.keys()], code: 'MODEL_UNKNOWN' });
  };

  return {
    zone,
    decisions,
    jobs: [...jobs.values()],
    job: jobOf,
    withUpstream(name) {
      jobOf(name);
      const wanted = new Set([name]);
      for (const model of [...scoreModels].reverse()) {
        if (!wanted.has(model.name)) continue;
        for (const read of jobOf(model.name).sameInstant) wanted.add(read);
      }
      return [...jobs.values()].filter((job) => wanted.has(job.name));
    },
    async bind(reader, asOf, reads) {
      await chain.refresh();
      const head = headOrThrow(chain.head()?.value);
      return bind(reader, {}, { head, asOf, runs: trialsFirst(reads, NO_RUNS), isWithinDay: false });
    },
    rollups,
    async readSettings() {
      await live.refresh(null);
      for (const fix of fixing) fix();
      fixing = [];
    },
  };
}

/** The bigger the number, the later a statement's turn. */
const MODEST = { max_threads: 1, priority: '10' } as const;

const monthOf = (instant: number, zone: string): string => dayAt(instant, zone).date.slice(0, 7);

function headOrThrow(head: SealStep | undefined): SealStep {
  if (head !== undefined) return head;
  throw new RetryableError('No window has been sealed yet', {
    code: 'SERVICE_NOT_READY',
    advice: 'Start windowing and send a signal, then run again',
  });
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
