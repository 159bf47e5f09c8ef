import type { SealStep } from '@millrace/contract-window';
import type { ClickHouse } from '@millrace/platform-clickhouse';

import { fillAttempt } from '../sealing/attempt/fill-attempt';
import { countPartitions, isComplete, readQuarantined } from '../sealing/attempt/prove-completeness';
import { createStepContext, type Databases, type Winner } from '../sealing/attempt/step-context';
import type { AttemptSummary } from '../sealing/attempt/summarise-attempt';
import type { ChainLink } from '../sealing/decide/chain-state';
import { proposalOf } from '../sealing/decide/seal-record';
import type { ChainHead } from '../sealing/propose/facts';
import { excludeContested, readContested } from '../sealing/verdicts/exclude-contested';
import { verdictsOf } from '../sealing/verdicts/quarantined-runs';

/**
 * `equal`: rebuilt with the recorded digest. `differs`: rebuilt with another. `missing`: its records are not there although
 * nothing dropped them. `not_kept`: what it was made of was dropped by retention, so nothing can be said.
 */
export type ReplayState = 'equal' | 'differs' | 'missing' | 'not_kept';

export interface ReplayedStep {
  readonly step: number;
  readonly reason: SealStep['reason'];
  readonly state: ReplayState;
  readonly sealed: number;
  readonly recorded: string;
  /** Digest of the step as rebuilt; null when it could not be. */
  readonly rebuilt: string | null;
  readonly is_equal: boolean;
  /** What is no longer kept; null in the other states. */
  readonly not_kept: string | null;
  readonly code_version: string;
}

/** A step rebuilt before, and the head that it left. */
interface Earlier {
  readonly replayed: ReplayedStep;
  readonly head: ChainHead;
}

/** A step that was made anew, as far as it could be. */
export interface Rebuilt {
  readonly link: ChainLink;
  readonly previous: ChainHead;
  /** Offsets without records, more than were recorded when the log has lost some. */
  readonly skipped: number;
  readonly summary: AttemptSummary | null;
  /** What came before it, and could not be rebuilt. */
  readonly notKeptBefore: ChainHead | undefined;
}

export interface ReplayDeps {
  readonly clickhouse: ClickHouse;
  readonly databases: Databases;
  /** The chain, ascending from `base` without gaps. */
  readonly links: readonly ChainLink[];
  readonly base: ChainHead;
  /** Steps up to it have no losing rows in `databases.sealed`. */
  readonly foldedThrough: number;
  readonly from: number;
  readonly to: number;
  /** What of a step that is not equal is no longer kept, in words; null: all of it should be there. */
  readonly explain: (rebuilt: Rebuilt) => string | null;
  readonly beforeStep?: (step: SealStep) => Promise<void>;
  readonly onStep?: (step: ReplayedStep) => void | Promise<void>;
}

/** Rebuilds recorded steps one after the other in the target database and compares their digests. */
export async function replaySteps(options: ReplayDeps): Promise<ReplayedStep[]> {
  const done: Earlier[] = [];
  const winners: Winner[] = options.links.map(({ step }) => ({ step: step.step, attemptId: step.attempt_id }));
  for (const [index, link] of options.links.entries()) {
    const { step } = link;
    if (step.step < options.from || step.step > options.to) continue;
    const previous = index === 0 ? options.base : (options.links[index - 1] as ChainLink).head;
    await options.beforeStep?.(step);
    const { skipped, summary } = await rebuildStep(options, link, previous, winners.slice(0, index));
    const notKeptBefore = done.findLast(({ replayed }) => replayed.state === 'not_kept')?.head;
    const replayed = compare({ link, previous, skipped, summary, notKeptBefore }, options.explain);
    done.push({ replayed, head: link.head });
    await options.onStep?.(replayed);
  }
  return done.map(({ replayed }) => replayed);
}

async function rebuildStep(
  { clickhouse, databases, foldedThrough }: ReplayDeps,
  { step, head }: ChainLink,
  previous: ChainHead,
  winners: readonly Winner[],
): Promise<Pick<Rebuilt, 'skipped' | 'summary'>> {
  const context = createStepContext({
    clickhouse,
    databases,
    previous,
    proposal: proposalOf(step, head),
    attemptId: step.attempt_id,
    foldedThrough,
    winners,
    longestInsertSeconds: 3_600,
    formsVersion: step.normal_forms,
    fieldsVersion: step.signal_fields,
  });
  const { counts } = await countPartitions(context, verdictsOf(step) ?? (await readQuarantined(context)));
  const skipped = counts.reduce((sum, count) => sum + count.skipped, 0);
  if (!counts.every(isComplete)) return { skipped, summary: null };
  const withoutContested = excludeContested(context, await readContested(context));
  return { skipped, summary: await fillAttempt(withoutContested, counts) };
}

function compare(rebuilt: Rebuilt, explain: ReplayDeps['explain']): ReplayedStep {
  const { link, summary } = rebuilt;
  const { step } = link;
  const isEqual = summary?.digest === step.digest;
  const notKept = isEqual ? null : explain(rebuilt);
  return {
    step: step.step,
    reason: step.reason,
    state: isEqual ? 'equal' : notKept !== null ? 'not_kept' : summary === null ? 'missing' : 'differs',
    sealed: summary?.totals.sealed ?? 0,
    recorded: step.digest,
    rebuilt: notKept === null ? (summary?.digest ?? null) : null,
    is_equal: isEqual,
    not_kept: notKept,
    code_version: step.code_version,
  };
}
