import { DateTime } from 'luxon';

/** Local hour at which everything of the past begins: a past that is thin in hours is quick to seal. */
const HOUR = 10;
const TUESDAY = 2;

/** Instants of the past, epoch milliseconds at 10:00 local, all of them before `lastNight`. */
export interface PastCalendar {
  /** The Tuesday of the newest whole week, Monday to Sunday, or so many weeks before it. */
  readonly tuesday: (weeksBack: number) => number;
  /** The newest whole month, such as 2026-10. */
  readonly month: string;
  /** A Tuesday of that month, 1 to 4, or of the weeks before it: 0, -1, ... */
  readonly tuesdayOfMonth: (number: number) => number;
  /** The day before the night. */
  readonly lastDay: number;
}

/** `lastNight`: an instant of the night from which scores look back, such as its 2:00 local. */
export function createPastCalendar(lastNight: number, zone: string): PastCalendar {
  const night = DateTime.fromMillis(lastNight, { zone });
  const atHour = (day: DateTime): number => day.set({ hour: HOUR }).toMillis();
  const week = night.startOf('week').minus({ weeks: 1 });
  // A month's run comes at 4:00 on the 1st, after the night's.
  const month = night.minus({ days: 1 }).startOf('month').minus({ months: 1 });
  const first = month.plus({ days: (TUESDAY - month.weekday + 7) % 7 });
  return {
    tuesday: (weeksBack) => atHour(week.plus({ days: TUESDAY - 1 }).minus({ weeks: weeksBack })),
    month: month.toFormat('yyyy-MM'),
    tuesdayOfMonth: (number) => atHour(first.plus({ weeks: number - 1 })),
    lastDay: atHour(night.startOf('day').minus({ days: 1 })),
  };
}
