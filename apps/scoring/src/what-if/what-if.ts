import type { Score } from '@millrace/catalog-models';
import type { RunPublished } from '@millrace/contract-score';
import type { ClickHouse } from '@millrace/platform-clickhouse';

import type { Job } from '../runs/engine';
import type { RunOutcome } from '../runs/run-model';
import type { SettingsDiff } from '../settings/settings-desk';
import { compareRuns, type Comparison } from './compare-runs';

export interface WhatIf extends Comparison {
  readonly diff: SettingsDiff;
  /** Epoch milliseconds. */
  readonly as_of: number;
  /** With the settings that are live: the published run, or one that was tried because something else changed since. */
  readonly base_run_id: string;
  /** With the proposed settings. */
  readonly run_id: string;
  readonly rows: number;
  readonly cost: RunOutcome['cost'];
  readonly notes: readonly string[];
}

export interface WhatIfDeps {
  readonly clickhouse: ClickHouse;
  readonly model: Score;
  readonly job: Job;
  /** The newest published run as of the instant. */
  readonly live: RunPublished;
  /** What is proposed, without what the model borrows. */
  readonly proposed: object;
  readonly diff: SettingsDiff;
  readonly movers: number;
}

/** Scores stored windows with other settings, beside what is live as of the same instant. Publishes nothing. */
export async function tryWhatIf({ clickhouse, model, job, live, proposed, diff, movers }: WhatIfDeps): Promise<WhatIf> {
  const tried = await job.try(live.as_of, { purpose: 'what_if', settings: proposed });
  const standing = job.settings();
  const isComparable = live.input_hash === tried.run.input_hash && live.settings_hash === standing.hash;
  // Late signals or other settings since: only the settings may differ between the two.
  const base = isComparable ? live : (await job.try(live.as_of, { purpose: 'what_if', settings: standing.own })).run;
  return {
    diff,
    as_of: live.as_of,
    base_run_id: base.run_id,
    run_id: tried.run.run_id,
    rows: tried.run.rows,
    cost: tried.cost,
    notes: tried.notes,
    ...(await compareRuns(clickhouse, model, { base: base.run_id, tried: tried.run.run_id }, movers)),
  };
}
