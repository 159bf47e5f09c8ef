import type { ChainLink } from '../sealing/decide/chain-state';
import { explainLog } from './explain-log';
import type { Rebuilt } from './replay-steps';

const HOUR = 3_600_000;
const head = (closedBefore: number) => ({ step: 1, closedThrough: 0, closedBefore, vector: [], sealedAt: 0 });

interface Given {
  readonly skipped?: number;
  readonly sealed?: number;
  readonly firstWindow?: number;
  readonly notKept?: number;
  readonly rebuildFrom?: number;
}

/** A recorded step with 10 sealed signals and 2 offsets without records, from hour 5 on. */
function rebuilt({ skipped = 2, sealed = 10, firstWindow = 5 * HOUR, notKept, rebuildFrom }: Given): Rebuilt {
  const totals = { sealed: 10, duplicates: 0, late: 0, quarantined: 0, skipped: 2, windows: 1, offsets: 12 };
  const rebuild = rebuildFrom === undefined ? undefined : { from: rebuildFrom, to: 9 * HOUR };
  return {
    link: { step: { totals, first_window: firstWindow, rebuild } } as ChainLink,
    previous: head(0),
    skipped,
    summary: { totals: { ...totals, sealed } } as Rebuilt['summary'],
    notKeptBefore: notKept === undefined ? undefined : head(notKept),
  };
}

it.each<[string, Given, boolean]>([
  ['differs while everything is there', {}, false],
  ['lost offsets that its record does not know', { skipped: 3 }, true],
  ['takes fewer records than recorded, after a step that is not kept', { sealed: 9, notKept: 5 * HOUR }, true],
  ['takes fewer records than recorded, and everything before is kept', { sealed: 9 }, false],
  ['differs in windows of a step that is not kept', { firstWindow: 4 * HOUR, notKept: 5 * HOUR }, true],
  ['differs in windows after those of a step that is not kept', { notKept: 5 * HOUR }, false],
  ['is a rebuild of windows that are not kept', { rebuildFrom: 4 * HOUR, notKept: 5 * HOUR }, true],
  ['is a rebuild of windows that are kept', { rebuildFrom: 5 * HOUR, notKept: 5 * HOUR }, false],
])('a step that %s', (_what, given, isExplained) => {
  expect(explainLog(rebuilt(given)) !== null).toBe(isExplained);
});
