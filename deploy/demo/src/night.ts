import { DateTime } from 'luxon';

import { ZONE } from './surroundings';

const HOUR_MS = 3_600_000;

/** The newest 2:00 local before `now`, `days` nights earlier: when the scheduled job would have run. */
export function nightTick(now: number, days: number): number {
  const tick = DateTime.fromMillis(now, { zone: ZONE }).set({ hour: 2, minute: 0, second: 0, millisecond: 0 });
  return (tick.toMillis() <= now ? tick : tick.minus({ days: 1 })).minus({ days }).toMillis();
}

/** The newest Monday 0:30 local up to the night `tick`, `weeks` weeks earlier: when the week before it is judged. */
export const weekTick = (tick: number, weeks: number): number =>
  DateTime.fromMillis(tick, { zone: ZONE }).startOf('week').minus({ weeks }).set({ minute: 30 }).toMillis();

/** The newest 4:00 local of a 1st up to the night `tick`: when the month before it is looked at. */
export function monthTick(tick: number): number {
  const night = DateTime.fromMillis(tick, { zone: ZONE });
  const first = night.startOf('month').set({ hour: 4 });
  return (first <= night ? first : first.minus({ months: 1 })).toMillis();
}

/** Of the last run; instants in epoch milliseconds, null where it has not come to that. */
export interface NightMoments {
  /** The tick that the run stands for: 2:00 of the company's night. */
  readonly asOf: number | null;
  readonly startedAt: number | null;
  /** From the end of the newest window with signals in the days that the run scored to the last outcome. */
  readonly deliveryLagSeconds: number | null;
}

/**
 * The demo plays its nights whenever somebody starts it, hours after their ticks: so many hours after this one.
 * Figures that are about the river, not about the hour of the demo, leave them out.
 */
export const playedLateHours = ({ asOf, startedAt }: NightMoments): number | null =>
  asOf === null || startedAt === null ? null : (startedAt - asOf) / HOUR_MS;

/** Hours from the end of the newest window to the last outcome, had the run begun at its tick, as a schedule begins it. */
export function deliveryLagHours(moments: NightMoments): number | null {
  const late = playedLateHours(moments);
  if (late === null || moments.deliveryLagSeconds === null) return null;
  return moments.deliveryLagSeconds / 3600 - late;
}
