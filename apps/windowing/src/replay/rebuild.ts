import type { SealStep } from '@millrace/contract-window';
import { MillraceError } from '@millrace/platform-errors';

import type { Sealing } from '../sealing/create-sealer';
import type { Proposal } from '../sealing/propose/proposal';
import type { ChainHead } from '../sealing/propose/facts';

const MOST_TRIES = 20;

/** The step that replaces the rows of windows that start in [from, to), all closed, by what this version makes of them. */
export function proposeRebuild(head: ChainHead, from: number, to: number): Proposal {
  if (from >= to || to > head.closedBefore) {
    throw new MillraceError('Only closed windows can be rebuilt', {
      code: 'USAGE_INVALID',
      actor: 'operator',
      advice: `End the range at ${new Date(head.closedBefore).toISOString()} or before`,
    });
  }
  return {
    step: head.step + 1,
    reason: 'rebuild',
    closedThrough: head.closedThrough,
    closedBefore: head.closedBefore,
    vector: head.vector,
    incomplete: [],
    rebuild: { from, to },
  };
}

/** Throws when sealed rows of windows from `from` on were dropped: a rebuild would replace them by nothing. */
export function assertKept(from: number, sealedBefore: number): void {
  if (from >= sealedBefore) return;
  throw new MillraceError('Sealed signals of these windows are no longer kept', {
    code: 'USAGE_INVALID',
    actor: 'operator',
    advice: `Begin the range at ${new Date(sealedBefore).toISOString()} or after`,
  });
}

/** Publishes a rebuild as the next step. When another step gets in between, the attempt is void and made again after it. */
export async function publishRebuild({ sealer, chain }: Sealing, from: number, to: number): Promise<SealStep> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    await chain.refresh();
    const outcome = await sealer.seal(proposeRebuild(chain.head(), from, to));
    if (outcome.kind === 'sealed' && outcome.won) return outcome.step;
  }
  throw new MillraceError('Other steps got in between every time', {
    code: 'DECISION_LOST',
    actor: 'operator',
    isRetryable: true,
    advice: 'Try again at a quieter time, or with a smaller range',
  });
}
