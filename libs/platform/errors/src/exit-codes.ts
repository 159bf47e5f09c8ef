import { MillraceError } from './millrace-error';
import { UsageError } from './usage-error';

export const EXIT_DONE = 0;
export const EXIT_FAILED = 1;
export const EXIT_USAGE = 2;

/** What a command line exits with: 0 done (no error), 1 failed, 2 what was typed is not valid. */
export function exitCodeOf(error?: unknown): 0 | 1 | 2 {
  if (error === undefined || error === null) return EXIT_DONE;
  const isUsage = error instanceof UsageError || (error instanceof MillraceError && error.code === 'USAGE_INVALID');
  return isUsage ? EXIT_USAGE : EXIT_FAILED;
}

/** Only errors that say so themselves are retried: an unknown error is a bug until proven otherwise. */
export function isRetryable(error: unknown): boolean {
  return error instanceof MillraceError && error.isRetryable;
}
