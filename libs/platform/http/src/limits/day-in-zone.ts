import { DateTime } from 'luxon';

/** From midnight to midnight, epoch milliseconds. */
export interface DayInZone {
  readonly begins: number;
  readonly ends: number;
}

/** The calendar day of an IANA zone that holds `now` (epoch milliseconds); it has 23 or 25 hours where clocks change. */
export function dayInZone(zone: string, now: number): DayInZone {
  const midnight = DateTime.fromMillis(now, { zone }).startOf('day');
  return { begins: midnight.toMillis(), ends: midnight.plus({ days: 1 }).startOf('day').toMillis() };
}
