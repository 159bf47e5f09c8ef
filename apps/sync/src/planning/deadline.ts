import { DateTime } from 'luxon';

/** The next `time` (HH:MM) in `zone` after an instant, both epoch milliseconds. */
export function nextDeadline(after: number, time: string, zone: string): number {
  const date = DateTime.fromMillis(after, { zone });
  const today = deadlineOf(date.toISODate() ?? '', time, zone);
  return today > after ? today : deadlineOf(date.plus({ days: 1 }).toISODate() ?? '', time, zone);
}

/** The deadline of a run: `time` (HH:MM) on the local date `date` in `zone`, both DST switches included. Epoch milliseconds. */
export function deadlineOf(date: string, time: string, zone: string): number {
  return DateTime.fromISO(`${date}T${time}`, { zone }).toMillis();
}
