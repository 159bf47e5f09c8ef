import type { PollStream } from '@millrace/catalog-sources';
import { Cron } from 'croner';

import type { StreamSchedule } from '../instances/instances-file';

/** When the next pass begins, epoch milliseconds: at once where none has ended yet, or one was missed. */
export function nextPassAt(
  schedule: StreamSchedule | undefined,
  stream: Pick<PollStream<unknown>, 'everySeconds'>,
  passedAt: number | null,
): number {
  if (passedAt === null) return 0;
  if (schedule === undefined || 'every' in schedule) {
    return passedAt + (schedule?.every ?? stream.everySeconds) * 1_000;
  }
  const next = new Cron(schedule.cron, { timezone: schedule.zone }).nextRun(new Date(passedAt));
  return next?.getTime() ?? Infinity;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 300_000;
/** What somebody has to mend is looked at again, in case it was. */
export const REFUSED_WAIT_MS = 600_000;
/** The other side may say anything. */
const LONGEST_THROTTLE_MS = 3_600_000;

/** After so many failures in a row; `jitter` is 0 to 1, so that streams do not come back together. */
export const failureWaitMs = (failures: number, jitter: number): number =>
  Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures - 1, 20)) * (0.5 + jitter / 2);

export const throttleWaitMs = (asked: number): number =>
  Math.min(LONGEST_THROTTLE_MS, Math.max(FIRST_WAIT_MS, Number.isFinite(asked) ? asked : LONGEST_THROTTLE_MS));
