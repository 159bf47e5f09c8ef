import type { RunPublished } from '@millrace/contract-score';
import { UsageError } from '@millrace/platform-errors';
import { instant, readTyped } from '@millrace/platform-commands';
import { silentLog } from '@millrace/platform-kafka';

import type { ScoringConfig } from '../app.config';
import { agreeWithInstallation, closeConnections, createConnections } from '../connections/connections';
import { waitForDeliveries, type RunDelivery } from '../deliveries/run-delivery';
import { readFigures, type Figure } from '../figures/night-figures';
import { filesOf, refuseBeforeData, refuseUnpublished, waitForWindows } from '../runs/before-a-run';
import { createEngine, type Engine } from '../runs/engine';
import { progressInWords } from '../runs/run-progress';
import type { RunOutcome } from '../runs/run-model';
import { staleRuns } from '../runs/run-key';
import { jobsDownstream, rerunDownstream, type DownstreamReport } from '../runs/rerun-downstream';
import { runWithUpstream } from '../runs/run-upstream';
import { parseAsOf } from '../schedule/as-of';
import { findScoreModel } from './score-model';

const SEAL = '`npx millrace windows seal --wait`';

export interface RunJobOptions {
  /** As typed: a local day, whose tick is meant, or a time with its zone; default now. */
  readonly asOf?: string | undefined;
  /** Only an instant that has run already. */
  readonly isRerun?: boolean | undefined;
  /** Wait for windows that are not sealed yet, at most so long. */
  readonly waitSeconds?: number | undefined;
  /** Publish the settings files first, where they differ from what is published. */
  readonly hasNewSettings?: boolean | undefined;
  /** Run on what is sealed and mark the scores partial. */
  readonly isPartialAllowed?: boolean | undefined;
  /** Redo the runs that a rerun makes stale, at most this many. */
  readonly downstreamLimit?: number | undefined;
  /** False: nothing is delivered because of the run, nor of those that it makes. */
  readonly deliver?: boolean | undefined;
  /** Wait then until what came of the run is delivered, at most so long. Empty: to whoever planned for it. */
  readonly delivery?: { readonly destinations: readonly string[]; readonly waitSeconds: number } | undefined;
  readonly say?: (line: string) => void;
}

export interface RunReport extends RunOutcome {
  readonly duration_ms: number;
  readonly waited_ms: number;
  /** Runs of the same instant that it reads, made before it or unchanged. */
  readonly upstream: readonly RunOutcome[];
  /** Runs that had become stale and were redone, in their order; null when nobody asked for it. */
  readonly downstream: DownstreamReport | null;
  /** Null when nobody asked for it. */
  readonly delivery: RunDelivery | null;
  /** The run whose scores are current: another one, when a later instant has run already. */
  readonly current_run_id: string;
  /** Runs of any model that read or continue a run which a newer revision has replaced. */
  readonly stale_runs: readonly string[];
  /** Of the newest night; null: they cannot be read, as before sync has its tables. */
  readonly figures: readonly Figure[] | null;
}

/** Runs a job once, through the same code as its schedule. Throws SERVICE_NOT_READY naming the windows that are missing. */
export async function runJob(config: ScoringConfig, name: string, options: RunJobOptions = {}): Promise<RunReport> {
  findScoreModel(name);
  const startedAt = Date.now();
  const connections = createConnections(config, silentLog);
  try {
    const engine = createEngine(connections, undefined, { deliver: options.deliver, publishes: filesOf(options) });
    const job = engine.job(name);
    const { asOf: typed } = options;
    const named =
      typed === undefined
        ? startedAt
        : readTyped('--as-of', () => parseAsOf(typed, { ticker: job.ticker, zone: job.zone, now: startedAt }));
    await Promise.all([agreeWithInstallation(connections), connections.chain.start(), connections.scores.start()]);
    await engine.readSettings();
    const asOf = options.isRerun === true ? instantThatRan(engine, name, named) : named;
    if (typed !== undefined) refuseBeforeData(connections, typed, asOf);
    const { downstreamLimit: limit } = options;
    const checked = limit === undefined ? [job] : jobsDownstream(engine, [{ model: name, as_of: asOf }]);
    if (options.hasNewSettings !== true) {
      for (const one of checked) refuseUnpublished(config, one);
    }
    const waitMs = (options.waitSeconds ?? 0) * 1000;
    const missing = await waitForWindows(job, asOf, {
      waitMs,
      isPartialAllowed: options.isPartialAllowed === true,
      onWait: (windows) =>
        options.say?.(`waiting for windows to be sealed: ${windows.join(', ')}; ${SEAL} seals them now`),
    });
    const waitedMs = Date.now() - startedAt;
    const [outcome, ...upstream] = await runWithUpstream(engine, name, asOf, missing, undefined, {
      onProgress: (progress) => {
        const words = progressInWords(progress);
        if (words !== undefined) options.say?.(words);
      },
    });
    const currentId = engine.decisions.newestRun(name, Infinity)?.run_id ?? outcome.run.run_id;
    const downstream =
      limit === undefined
        ? null
        : await rerunDownstream(engine, madeAnew([outcome, ...upstream]), {
            limit,
            isPartialAllowed: options.isPartialAllowed === true,
            onRedone: ({ run, replaced }) => options.say?.(`redone: ${replaced} is ${run.run_id} now`),
          });
    const doneAt = Date.now();
    const delivery =
      options.delivery === undefined
        ? null
        : await waitForDeliveries(connections.clickhouse, outcome.run, {
            currentId,
            destinations: options.delivery.destinations,
            waitMs: options.delivery.waitSeconds * 1000,
            onWait: (waits) => options.say?.(`waiting for deliveries: ${waits.join(', ')}`),
          });
    return {
      ...outcome,
      downstream,
      delivery,
      upstream: upstream.reverse(),
      duration_ms: doneAt - startedAt - waitedMs,
      waited_ms: waitedMs,
      current_run_id: currentId,
      stale_runs: staleRuns(engine.decisions.runs()).map((run) => run.run_id),
      figures: await readFigures(connections.clickhouse).catch(() => null),
    };
  } finally {
    await closeConnections(connections);
  }
}

/** The run that was asked for, and runs upstream of it that had to be made for it: what read others of those is stale, too. */
const madeAnew = (outcomes: readonly RunOutcome[]): RunPublished[] =>
  outcomes.filter(({ outcome }, index) => index === 0 || outcome === 'published').map(({ run }) => run);

/** Commands show instants to the second: the newest run within it is meant. */
export function instantThatRan({ decisions }: Engine, name: string, typed: number): number {
  const instants = decisions.runsOf(name).map((run) => run.as_of);
  if (instants.includes(typed)) return typed;
  const second = Math.floor(typed / 1000);
  const shown = instants.filter((at) => Math.floor(at / 1000) === second);
  if (shown.length > 0) return Math.max(...shown);
  const nearest = [...new Set(instants)].sort((a, b) => Math.abs(a - typed) - Math.abs(b - typed)).slice(0, 3);
  throw new UsageError(`--as-of: no run of ${name} is as of ${instant(typed)}`, {
    advice:
      nearest.length === 0
        ? `Nothing has run yet: \`npx millrace run ${name}\` makes the first run`
        : `The nearest that ran: ${nearest.map(instant).join(', ')}; \`npx millrace run ${name} --as-of\` makes a first run of another`,
  });
}
