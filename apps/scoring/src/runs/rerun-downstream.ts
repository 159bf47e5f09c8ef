import type { DecidedRun } from '../schedule/decision-index';
import type { Engine, Job } from './engine';
import { runsReadBy, staleRuns } from './run-key';
import type { RunOutcome } from './run-model';

/** A stale run and what became of it. */
export interface Redone extends RunOutcome {
  /** The run that was stale. */
  readonly replaced: string;
}

export interface DownstreamReport {
  /** In the order in which they were redone. */
  readonly redone: readonly Redone[];
  /** Downstream runs that are stale still, each with the reason. */
  readonly left: readonly { readonly run_id: string; readonly reason: string }[];
}

export interface DownstreamOptions {
  /** The most runs that are redone. */
  readonly limit: number;
  readonly isPartialAllowed: boolean;
  readonly onRedone?: (redone: Redone) => void;
}

type Instant = Pick<DecidedRun, 'model' | 'as_of'>;

const keyOf = ({ model, as_of }: Instant): string => `${model}@${as_of}`;

/** Keys, `model@instant`, of runs that read or continue a run of these models and instants, directly or through others; their own first. */
export function downstreamOf(runs: readonly DecidedRun[], of: readonly Instant[]): ReadonlySet<string> {
  const keys = new Map(runs.map((run) => [run.run_id, keyOf(run)]));
  const found = new Set(of.map(keyOf));
  // Once through finds all, unless a later revision reads what an earlier one did not.
  for (let before = 0; before !== found.size;) {
    before = found.size;
    for (const run of runs) {
      if (runsReadBy(run).some((id) => found.has(keys.get(id) ?? ''))) found.add(keyOf(run));
    }
  }
  return found;
}

/** Score models whose runs are downstream of these. */
export function jobsDownstream({ decisions, jobs }: Engine, of: readonly Instant[]): Job[] {
  const downstream = downstreamOf(decisions.runs(), of);
  const models = new Set(decisions.runs().flatMap((run) => (downstream.has(keyOf(run)) ? [run.model] : [])));
  return jobs.filter(({ name }) => models.has(name) || of.some(({ model }) => model === name));
}

/**
 * Redoes runs downstream of runs that were redone, as long as one is stale: the earliest instant first, of one instant what is read
 * first. Each is redone once. Called again after a failure it goes on where it stopped.
 */
export async function rerunDownstream(
  { decisions, jobs }: Engine,
  of: readonly Instant[],
  { limit, isPartialAllowed, onRedone }: DownstreamOptions,
): Promise<DownstreamReport> {
  const places = new Map(jobs.map(({ name }, index) => [name, index]));
  const stale = (): DecidedRun[] => {
    const downstream = downstreamOf(decisions.runs(), of);
    return staleRuns(decisions.runs())
      .filter((run) => downstream.has(keyOf(run)))
      .sort((a, b) => a.as_of - b.as_of || (places.get(a.model) ?? 0) - (places.get(b.model) ?? 0));
  };
  const redone: Redone[] = [];
  const looked = new Map<string, string>();
  for (;;) {
    const next = stale().find((run) => !looked.has(keyOf(run)));
    if (next === undefined || redone.length >= limit) break;
    const job = jobs.find(({ name }) => name === next.model);
    const missing = job?.readiness(next.as_of).missing ?? [];
    if (job === undefined) looked.set(keyOf(next), `${next.model} is not among the models any more`);
    else if (missing.length > 0 && !isPartialAllowed) looked.set(keyOf(next), `not sealed: ${missing.join(', ')}`);
    else {
      looked.set(keyOf(next), 'the same run was published before the one that is stale');
      redone.push({ ...(await job.run(next.as_of, missing)), replaced: next.run_id });
      onRedone?.(redone.at(-1) as Redone);
    }
  }
  const left = stale().map((run) => ({
    run_id: run.run_id,
    reason: looked.get(keyOf(run)) ?? `${limit} runs are redone at a time: repeat the command`,
  }));
  return { redone, left };
}
