import { hashOf } from '@millrace/catalog-models';
import type { Purpose } from '@millrace/contract-score';

import type { DecidedRun } from '../schedule/decision-index';

/** What makes a run the run it is: the same key is the same run. */
export interface RunKey {
  readonly model: string;
  readonly model_version: number;
  readonly settings_hash: string;
  /** Epoch milliseconds. */
  readonly as_of: number;
  readonly input_hash: string;
  /** Left out for a run that is published: its id then does not depend on purposes, and stays what it was. */
  readonly purpose?: TrialPurpose | undefined;
}

/** Why a run is made that is not published. */
export type TrialPurpose = Exclude<Purpose, 'publish'>;

/** Readable and determined by the key: two replicas that compute the same run propose the same decision. */
export function runIdOf(key: RunKey): string {
  const instant = new Date(key.as_of).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const name = key.purpose === undefined ? key.model : `${key.model}-${key.purpose}`;
  return `${name}-${instant}-${hashOf({ ...key })}`;
}

/**
 * 1 for the first run of its (model, version, settings, as_of), one more for each with other inputs. `runs`: those of the model and
 * the instant.
 */
export function revisionOf(runs: readonly DecidedRun[], key: RunKey): number {
  const same = runs.filter((run) => run.model_version === key.model_version && run.settings_hash === key.settings_hash);
  return Math.max(0, ...same.map((run) => run.revision)) + 1;
}

/** Runs, the newest revision of each, that read or continue a run which a newer revision has replaced: redone they would differ. */
export function staleRuns(runs: readonly DecidedRun[]): DecidedRun[] {
  const newest = new Map<string, DecidedRun>();
  for (const run of runs) newest.set(`${run.model}@${run.as_of}`, run);
  const current = new Set([...newest.values()].map((run) => run.run_id));
  const known = new Set(runs.map((run) => run.run_id));
  const isReplaced = (runId: string): boolean => known.has(runId) && !current.has(runId);
  return [...newest.values()].filter((run) => runsReadBy(run).some(isReplaced));
}

/** Ids of the runs that a run read or continues. */
export function runsReadBy({ previous_run_id, inputs = {} }: DecidedRun): string[] {
  const bound = Object.values(inputs).flatMap((input) => ('run_id' in input ? [input['run_id']] : []));
  return [previous_run_id, ...bound].filter((id): id is string => typeof id === 'string');
}
