import { setTimeout as sleep } from 'node:timers/promises';

import { describeError, describeInPublic, isRetryable, RetryableError } from '@millrace/platform-errors';
import type { Logger } from 'pino';

import type { HealthRegistry } from '../health/health-registry';

/** The start of a service, for as long as it waits for something. */
export interface Startup {
  /**
   * What `attempt` gives, once it succeeds. Until then it is repeated at a bounded pace, readiness names the part with the reason,
   * and the log says each reason once. A wrong password or setting is waited for, too: whoever mends it need not restart. Rejects with
   * SHUTTING_DOWN when the service is stopped meanwhile, without waiting for the attempt.
   */
  until<Result>(part: string, attempt: () => Promise<Result>): Promise<Result>;
}

export interface StartupDeps {
  readonly name: string;
  readonly health: Pick<HealthRegistry, 'markAwaited' | 'markFound'>;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly firstPauseMs?: number;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/** `stop` ends every wait, now and from then on. */
export function createStartup({ name, health, log, firstPauseMs = FIRST_PAUSE_MS }: StartupDeps) {
  const stopping = new AbortController();
  const { signal } = stopping;
  const stopped = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () =>
      reject(new RetryableError(`${name} is stopped while it starts`, { code: 'SHUTTING_DOWN' })),
    );
  });
  // Nobody may be waiting.
  stopped.catch(() => undefined);

  const startup: Startup & { readonly isStopped: boolean; stop(): void } = {
    async until(part, attempt) {
      let said: string | undefined;
      health.markAwaited(part, 'no answer yet');
      for (let failures = 1; ; failures++) {
        try {
          const result = await Promise.race([attempt(), stopped]);
          health.markFound(part);
          if (said !== undefined) log.info({ part }, `${name} has what it waited for: ${part}`);
          return result;
        } catch (error) {
          if (signal.aborted) return await stopped;
          health.markAwaited(part, error);
          const reason = describeInPublic(error);
          const level = isRetryable(error) ? 'warn' : 'error';
          if (reason !== said) log[level]({ err: error, part }, `${name} waits for ${part}: ${describeError(error)}`);
          said = reason;
          const pauseMs = Math.min(LONGEST_PAUSE_MS, firstPauseMs * 2 ** (failures - 1));
          await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
        }
      }
    },
    get isStopped() {
      return signal.aborted;
    },
    stop: () => stopping.abort(),
  };
  return startup;
}
