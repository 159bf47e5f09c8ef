import { setTimeout as sleep } from 'node:timers/promises';

import type { SealStep } from '@millrace/contract-window';

import type { Sealing } from '../sealing/create-sealer';
import type { PartitionBehind } from '../sealing/propose/proposal';

export type SealNowResult =
  | { readonly kind: 'sealed'; readonly step: SealStep }
  /** Every record that was in the log is in a step already. */
  | { readonly kind: 'nothing'; readonly step: number }
  | { readonly kind: 'waiting'; readonly because: string; readonly behind: readonly PartitionBehind[] };

const POLL_MS = 100;

/**
 * Seals what is in the log at the time of the call: T as new as the clock allows, V = the log's ends. Waits up to `waitMs` for
 * landing to get there. On return the step is mirrored. Replicas may seal meanwhile; what they took is not taken again.
 */
export async function sealNow({ sealer, chain, logClock }: Sealing, waitMs: number): Promise<SealNowResult> {
  const deadline = Date.now() + waitMs;
  const ends = await logClock.ends(chain.head().vector);
  for (;;) {
    const proposed = await sealer.proposeManual(ends);
    if (proposed.kind === 'propose') {
      const head = chain.head();
      const { closedThrough, vector } = proposed.proposal;
      if (head.step > 0 && closedThrough === head.closedThrough && isEqual(vector, head.vector)) {
        await sealer.mirror();
        return { kind: 'nothing', step: head.step };
      }
      const outcome = await sealer.seal(proposed.proposal);
      if (outcome.kind === 'sealed' && outcome.won) return { kind: 'sealed', step: outcome.step };
    } else if (Date.now() >= deadline) {
      return { kind: 'waiting', because: proposed.because, behind: proposed.behind ?? [] };
    }
    await sleep(POLL_MS);
  }
}

const isEqual = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);
