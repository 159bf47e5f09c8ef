import { offsetIn } from '@millrace/contract-window';

import type { Drops, RawDrop } from '../retention/read-drops';
import type { ChainLink } from '../sealing/decide/chain-state';
import { GENESIS, type ChainHead } from '../sealing/propose/facts';
import type { Rebuilt } from './replay-steps';

/** Dropped records that a step may have been made of: in its offsets, or below them in windows that it closed. */
function dropsOf({ step, head }: ChainLink, previous: ChainHead, drops: readonly RawDrop[]): readonly RawDrop[] {
  if (step.rebuild !== undefined) return [];
  return drops.filter(({ topic, topicEpoch, partition, firstOffset, lastOffset, firstWindow, lastWindow }) => {
    const from = offsetIn(previous.vector, topic, topicEpoch, partition);
    const to = offsetIn(step.vector, topic, topicEpoch, partition);
    if (firstOffset >= to) return false;
    return lastOffset >= from || (lastWindow >= previous.closedBefore && firstWindow < head.closedBefore);
  });
}

/** Names of the archived files that the steps from `from` to `to` need, each once. */
export function archivesOf(
  links: readonly ChainLink[],
  drops: readonly RawDrop[],
  { from, to }: { readonly from: number; readonly to: number },
): string[] {
  const names = links.flatMap((link, index) =>
    link.step.step < from || link.step.step > to
      ? []
      : dropsOf(link, links[index - 1]?.head ?? GENESIS, drops).map(({ archive }) => archive),
  );
  return [...new Set(names)].filter((name) => name !== '');
}

/** Of a step rebuilt from landed records: what of it retention has dropped, in words; null when nothing. */
export function explainDrops(
  { link, previous }: Pick<Rebuilt, 'link' | 'previous'>,
  { raw, sealedBefore }: Drops,
  hasArchive: boolean,
): string | null {
  const { step } = link;
  const days = dropsOf(link, previous, raw)
    .filter(({ archive }) => archive === '' || !hasArchive)
    .map(({ day }) => day);
  if (days.length > 0) {
    const [first] = days;
    const last = days.at(-1);
    return `landed records of ${first === last ? String(first) : `${first} to ${last}`}`;
  }
  // What is late is told from what is a duplicate by rows that were sealed before; a rebuild is made of nothing else.
  const oldest = step.rebuild?.from ?? step.first_window;
  const readsSealed = step.rebuild !== undefined || (oldest !== null && oldest < previous.closedBefore);
  if (oldest === null || !readsSealed || oldest >= sealedBefore) return null;
  return `sealed signals of windows before ${new Date(sealedBefore).toISOString().slice(0, 10)}`;
}
