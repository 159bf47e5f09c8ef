import { parseWhen, refuseFuture, type Day } from '@millrace/contract-window';

import type { Ticker } from './ticks';

export interface AsOfContext {
  readonly ticker: Ticker;
  /** Zone of the schedule. */
  readonly zone: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * The instant that a run speaks about, as typed: a bare date is the tick that the schedule has on that local day, so that the
 * run is the one that the schedule made or missed. Throws RangeError for what cannot be run.
 */
export function parseAsOf(typed: string, { ticker, zone, now }: AsOfContext): number {
  const when = parseWhen(typed, zone);
  refuseFuture(typed, when, now);
  if (when.kind === 'instant') return when.at;
  const [tick, another] = ticksOf(when.day, ticker);
  const inWords = (at: number): string => new Date(at).toISOString();
  if (tick === undefined) {
    const next = ticker.next(when.day.end);
    const then = next === null ? '' : `, the next is ${inWords(next)}`;
    throw new RangeError(`the schedule has no tick on ${typed} in ${zone}${then}: write a time with its zone`);
  }
  if (another !== undefined) {
    throw new RangeError(
      `the schedule has more than one tick on ${typed} in ${zone} (${inWords(tick)}, ${inWords(another)}, ...): write one of them`,
    );
  }
  refuseFuture(`the tick of ${typed} (${inWords(tick)})`, { kind: 'instant', at: tick }, now);
  return tick;
}

/** The first two ticks of a day. */
function ticksOf(day: Day, ticker: Ticker): number[] {
  const ticks: number[] = [];
  for (let tick = ticker.next(day.start - 1); tick !== null && tick < day.end && ticks.length < 2;) {
    ticks.push(tick);
    tick = ticker.next(tick);
  }
  return ticks;
}
