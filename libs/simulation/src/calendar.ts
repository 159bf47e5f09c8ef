import { DateTime } from 'luxon';

const HOUR_MS = 3_600_000;

/** One local day of the company, and how busy it is: 1 is an ordinary working day. */
export interface SimulatedDay {
  readonly date: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly isWorkday: boolean;
  readonly weekday: number;
  readonly dayOfMonth: number;
  readonly busyness: number;
}

/** January starts slowly, quarters end loudly, August and the end of December sleep. */
const MONTH_FACTOR = [0.9, 1, 1.1, 1, 1, 1.1, 0.9, 0.8, 1.15, 1.05, 1, 0.85] as const;
const WEEKDAY_FACTOR = [1.05, 1.1, 1.1, 1, 0.85, 0.15, 0.12] as const;
const HOLIDAYS = new Set(['01-01', '07-04', '12-24', '12-25', '12-26', '12-31']);
/** Share of a working day's activity per local hour, from midnight on. */
const HOUR_SHARE = [0, 0, 0, 0, 0, 0, 1, 3, 7, 10, 11, 10, 6, 8, 10, 10, 8, 6, 4, 2, 2, 1, 1, 0] as const;
const HOURS_TOTAL = HOUR_SHARE.reduce<number>((sum, share) => sum + share, 0);

/** The last `days` whole local days before `endsAt` and, unless that is a midnight, the day it cuts short. */
export function listDays(endsAt: number, days: number, zone: string): readonly SimulatedDay[] {
  const end = DateTime.fromMillis(endsAt, { zone });
  const today = end.startOf('day');
  const count = today < end ? days + 1 : days;
  return Array.from({ length: count }, (_, index) => {
    const start = today.plus({ days: index - days });
    const isHoliday = HOLIDAYS.has(start.toFormat('MM-dd'));
    const weekday = start.weekday;
    const busyness = (MONTH_FACTOR[start.month - 1] ?? 1) * (isHoliday ? 0.12 : (WEEKDAY_FACTOR[weekday - 1] ?? 1));
    return {
      date: start.toFormat('yyyy-MM-dd'),
      startsAt: start.toMillis(),
      endsAt: start.plus({ days: 1 }).toMillis(),
      isWorkday: weekday <= 5 && !isHoliday,
      weekday,
      dayOfMonth: start.day,
      busyness,
    };
  });
}

/** `fraction` in [0, 1) spread over the working hours of a local day, as an offset from its midnight in milliseconds. */
export function workingOffset(fraction: number): number {
  let left = fraction * HOURS_TOTAL;
  for (let hour = 0; hour < HOUR_SHARE.length; hour += 1) {
    const share = HOUR_SHARE[hour] ?? 0;
    if (left < share) return Math.floor((hour + left / share) * HOUR_MS);
    left -= share;
  }
  return 12 * HOUR_MS;
}

/** Midnight of a date in a zone; remembered, because every event asks. */
export function createMidnights(): (date: string, zone: string) => number {
  const known = new Map<string, number>();
  return (date, zone) => {
    const key = `${date} ${zone}`;
    let midnight = known.get(key);
    if (midnight === undefined) known.set(key, (midnight = DateTime.fromISO(date, { zone }).toMillis()));
    return midnight;
  };
}
