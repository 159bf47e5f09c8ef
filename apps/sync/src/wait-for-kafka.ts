import { describeError, isRetryable } from '@millrace/platform-errors';
import type { KafkaLog } from '@millrace/platform-kafka';
import { ExponentialBackoff, handleWhen, retry } from 'cockatiel';

/** About as long as an outage may last; the backoff makes a year of it. */
const MAX_ATTEMPTS = Number.MAX_SAFE_INTEGER;
const LONGEST_PAUSE_MS = 10_000;

/** Repeats a connection that fails because something is away, saying so: a restart during an outage must not need a second one. */
export async function waitForKafka<T>(log: KafkaLog, connect: () => Promise<T>): Promise<T> {
  const policy = retry(handleWhen(isRetryable), {
    maxAttempts: MAX_ATTEMPTS,
    backoff: new ExponentialBackoff({ initialDelay: 500, maxDelay: LONGEST_PAUSE_MS }),
  });
  policy.onFailure(({ reason }) => {
    if ('error' in reason) log.warn({ err: reason.error }, `sync waits: ${describeError(reason.error)}`);
  });
  return policy.execute(connect);
}
