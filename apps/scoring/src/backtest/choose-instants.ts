import { dayAt, dayOf } from '@millrace/contract-window';

import type { Ticker } from '../schedule/ticks';

export interface InstantChoice {
  readonly ticker: Ticker;
  readonly zone: string;
  /** Epoch milliseconds, both included. */
  readonly from: number;
  readonly through: number;
  /** Whether `from` was asked for: all of the range are taken then. */
  readonly isAsked: boolean;
  readonly horizonMs: number;
  /** What happened before this instant is known. */
  readonly toldThrough: number;
}

const LEAST = 6;
const MOST = 12;

/**
 * The first tick of each local month. Unless a range is asked for, the last twelve whose horizon has passed; where fewer than six are
 * there, younger ones as well, up to six.
 */
export function chooseInstants(choice: InstantChoice): readonly number[] {
  const { ticker, zone, from, through, isAsked, horizonMs, toldThrough } = choice;
  const months = new Set<string>();
  const firsts = ticker.between(startOfMonth(from, zone), through).filter((tick) => {
    const month = dayAt(tick, zone).date.slice(0, 7);
    return months.size < months.add(month).size;
  });
  const instants = firsts.filter((tick) => tick >= from);
  if (isAsked) return instants;
  const isComplete = (tick: number): boolean => isHorizonOver(tick, horizonMs, toldThrough);
  const complete = instants.filter(isComplete).slice(-MOST);
  const younger = instants.filter((tick) => !isComplete(tick));
  return [...complete, ...younger.slice(0, Math.max(0, LEAST - complete.length))];
}

/** Whether all that may happen up to the end of the horizon, the end included, is known. */
export const isHorizonOver = (asOf: number, horizonMs: number, toldThrough: number): boolean =>
  asOf + horizonMs < toldThrough;

const startOfMonth = (instant: number, zone: string): number =>
  dayOf(`${dayAt(instant, zone).date.slice(0, 7)}-01`, zone).start;
