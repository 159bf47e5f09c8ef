import { addDays, dayOf, parseDays } from '@millrace/contract-window';

/** Steps, both included; or windows of local days as [from, to), epoch milliseconds. */
export interface ReplayRange {
  readonly kind: 'steps' | 'days';
  readonly from: number;
  readonly to: number;
}

const STEP = /^\d{1,9}$/;

/** What `--from` and `--to` name: two steps, or two days. Throws RangeError for anything else, or one of each. */
export function parseReplayRange(
  typed: { readonly from?: string | undefined; readonly to?: string | undefined },
  head: number,
  zone: string,
  now: number,
): ReplayRange {
  const { from = typed.to !== undefined && !STEP.test(typed.to) ? typed.to : '1' } = typed;
  if (STEP.test(from)) {
    const { to = String(head) } = typed;
    if (!STEP.test(to)) throw new RangeError(`${from} is a step and ${to} is not: give two steps, or two days`);
    if (Number(from) <= Number(to)) return { kind: 'steps', from: Number(from), to: Number(to) };
    if (typed.to === undefined) throw new RangeError(`there is no step ${from}: the newest is ${to}`);
    throw new RangeError(`step ${from} is after step ${to}: the first comes first`);
  }
  const { to = from } = typed;
  if (STEP.test(to)) throw new RangeError(`${to} is a step and ${from} is not: give two steps, or two days`);
  const days = parseDays(from, to, zone, now);
  return { kind: 'days', from: dayOf(days.from, zone).start, to: dayOf(addDays(days.to, 1), zone).start };
}
