import { DateTime } from 'luxon';

/** The deadline of a run: `time` (HH:MM) on the local date `date` in `zone`, both DST switches included. Epoch milliseconds. */
export function deadlineOf(date: string, time: string, zone: string): number {
  return DateTime.fromISO(`${date}T${time}`, { zone }).toMillis();
}
