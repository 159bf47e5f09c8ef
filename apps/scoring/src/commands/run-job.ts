import { MillraceError } from '@millrace/platform-errors';
import { findModel } from '@millrace/catalog-models';
import { silentLog } from '@millrace/platform-kafka';

import type { ScoringConfig } from '../app.config';
import { closeConnections, createConnections } from '../connections/connections';
import { createJob } from '../runs/job';
import type { RunOutcome } from '../runs/run-lead-score';
import { runsOf, staleAfter } from '../runs/run-key';

export interface RunJobOptions {
  /** Epoch milliseconds; default now. */
  readonly asOf?: number | undefined;
  /** Wait for windows that are not sealed yet, at most so long. */
  readonly waitSeconds?: number | undefined;
  /** Run on what is sealed and mark the scores partial. */
  readonly isPartialAllowed?: boolean | undefined;
  readonly say?: (line: string) => void;
}

export interface RunReport extends RunOutcome {
  readonly duration_ms: number;
  readonly waited_ms: number;
  /** Later runs that continued the revision which this run replaces. */
  readonly stale_runs: readonly string[];
}

/** Runs a job once, through the same code as its schedule. Throws SERVICE_NOT_READY naming the windows that are missing. */
export async function runJob(config: ScoringConfig, name: string, options: RunJobOptions = {}): Promise<RunReport> {
  if (findModel(name).kind !== 'score') {
    throw new MillraceError(`${name} is a rollup: it follows the seal steps by itself`, {
      code: 'USAGE_INVALID',
      actor: 'operator',
      advice: 'Run a score, such as lead_score',
    });
  }
  const startedAt = Date.now();
  const connections = createConnections(config, silentLog);
  try {
    const job = createJob(connections);
    await Promise.all([connections.chain.start(), connections.scores.start()]);
    const asOf = options.asOf ?? startedAt;
    const waitMs = (options.waitSeconds ?? 0) * 1000;
    const state = await job.waitUntilReady(asOf, {
      until: startedAt + waitMs,
      signal: AbortSignal.timeout(waitMs + 1),
      onWait: ({ missing }) => options.say?.(`waiting for windows to be sealed: ${missing.join(', ')}`),
    });
    const waitedMs = Date.now() - startedAt;
    if (!state.isReady && options.isPartialAllowed !== true) {
      throw new MillraceError(`${name} needs windows that are not sealed: ${state.missing.join(', ')}`, {
        code: 'SERVICE_NOT_READY',
        actor: 'operator',
        isRetryable: true,
        advice: 'Wait with --wait, or run on what is sealed with --partial',
        details: { missing: state.missing, lastCompleteDay: state.lastCompleteDay },
      });
    }
    const outcome = await job.run(asOf, state.missing);
    const runs = runsOf(connections.scores.entries(), name);
    return {
      ...outcome,
      duration_ms: Date.now() - startedAt - waitedMs,
      waited_ms: waitedMs,
      stale_runs: staleAfter(runs, asOf).map((run) => run.run_id),
    };
  } finally {
    await closeConnections(connections);
  }
}
