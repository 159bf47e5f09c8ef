import type { SealStep } from '@millrace/contract-window';
import type { ClickHouse } from '@millrace/platform-clickhouse';

import { fillAttempt } from '../sealing/attempt/fill-attempt';
import { countPartitions } from '../sealing/attempt/prove-completeness';
import { createStepContext, type Databases, type Winner } from '../sealing/attempt/step-context';
import type { ChainLink } from '../sealing/decide/chain-state';
import type { ChainHead } from '../sealing/propose/facts';
import { proposalOf } from '../sealing/decide/seal-record';

export interface ReplayedStep {
  readonly step: number;
  readonly reason: SealStep['reason'];
  readonly sealed: number;
  readonly recorded: string;
  /** Digest of the step as rebuilt; null when the landed records are no longer kept. */
  readonly rebuilt: string | null;
  readonly is_equal: boolean;
  readonly code_version: string;
}

export interface ReplayOptions {
  readonly clickhouse: ClickHouse;
  readonly databases: Databases;
  /** The chain, ascending from `base` without gaps. */
  readonly links: readonly ChainLink[];
  readonly base: ChainHead;
  /** Steps up to it have no losing rows in `databases.sealed`. */
  readonly foldedThrough: number;
  readonly from: number;
  readonly to: number;
  readonly onStep?: (step: ReplayedStep) => void | Promise<void>;
}

/** Rebuilds recorded steps one after the other in the target database and compares their digests. */
export async function replaySteps(options: ReplayOptions): Promise<ReplayedStep[]> {
  const replayed: ReplayedStep[] = [];
  const winners: Winner[] = options.links.map(({ step }) => ({ step: step.step, attemptId: step.attempt_id }));
  for (const [index, link] of options.links.entries()) {
    const { step } = link;
    if (step.step < options.from || step.step > options.to) continue;
    const previous = index === 0 ? options.base : (options.links[index - 1] as ChainLink).head;
    const rebuilt = await rebuildStep(options, link, previous, winners.slice(0, index));
    replayed.push(rebuilt);
    await options.onStep?.(rebuilt);
  }
  return replayed;
}

async function rebuildStep(
  { clickhouse, databases, foldedThrough }: ReplayOptions,
  { step, head }: ChainLink,
  previous: ChainHead,
  winners: readonly Winner[],
): Promise<ReplayedStep> {
  const context = createStepContext({
    clickhouse,
    databases,
    previous,
    proposal: proposalOf(step, head),
    attemptId: step.attempt_id,
    foldedThrough,
    winners,
    longestInsertSeconds: 3_600,
  });
  const counts = await countPartitions(context);
  const isKept = counts.every(({ offsets, raw, quarantined, skipped }) => raw + quarantined + skipped === offsets);
  const summary = isKept ? await fillAttempt(context, counts) : null;
  return {
    step: step.step,
    reason: step.reason,
    sealed: summary?.totals.sealed ?? 0,
    recorded: step.digest,
    rebuilt: summary?.digest ?? null,
    is_equal: summary?.digest === step.digest,
    code_version: step.code_version,
  };
}
