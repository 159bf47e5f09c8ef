import { Cron } from 'croner';

/** The newest instant of a schedule at or before `now`, epoch milliseconds; null: it has none. Throws for what is not a schedule. */
export function newestTick(cron: string, zone: string, now: number): number | null {
  const job = new Cron(cron, { timezone: zone, paused: true, mode: '5-part' });
  // It answers in whole seconds: the last one before the next second may be still to come.
  const ticks = job.previousRuns(2, new Date(now + 1_000)).map((tick) => tick.getTime());
  return ticks.find((tick) => tick <= now) ?? null;
}
