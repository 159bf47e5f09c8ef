import { EXIT_DONE, EXIT_FAILED, EXIT_USAGE, MillraceError } from '@millrace/platform-errors';

import type { RunReport } from './run-job';

export const EXIT_NOT_SEALED = 3;
export const EXIT_PARTIAL = 4;
export const EXIT_NOT_DELIVERED = 5;
export const EXIT_RETRIES_SPENT = 6;

/** What `run` and `score rerun` end with, for --help and for the guide. */
export const RUN_EXIT_CODES: readonly (readonly [code: number, meaning: string])[] = [
  [EXIT_DONE, 'done: published, or nothing to do; with --wait-delivery delivered, too'],
  [EXIT_FAILED, 'failed: nothing is published, the previous scores stay current'],
  [EXIT_USAGE, 'what was typed is not valid: nothing has happened'],
  [EXIT_NOT_SEALED, 'windows were not sealed in time: nothing was run'],
  [
    EXIT_PARTIAL,
    'published, and partial: something that it reads was missing; 0 where --partial is given without --wait',
  ],
  [EXIT_NOT_DELIVERED, 'published, and not delivered in time'],
  [EXIT_RETRIES_SPENT, 'published and delivered, but for records whose retries are spent'],
];

export const runExitCodesInLines = (): string[] => [
  'Exit codes:',
  ...RUN_EXIT_CODES.map(([code, meaning]) => `  ${code}  ${meaning}`),
];

/** The first that holds, from the worst on. */
export function exitCodeOfRun(
  { run, delivery }: Pick<RunReport, 'run' | 'delivery'>,
  { isPartialAsked }: { readonly isPartialAsked: boolean },
): number {
  if (delivery !== null && !delivery.is_settled) return EXIT_NOT_DELIVERED;
  if (delivery?.state === 'spent') return EXIT_RETRIES_SPENT;
  return run.is_partial && !isPartialAsked ? EXIT_PARTIAL : EXIT_DONE;
}

/** Windows that are missing are waited for by running again; what else fails has the code of its error. */
export const isNotSealed = (error: unknown): boolean =>
  error instanceof MillraceError && error.code === 'SERVICE_NOT_READY' && Array.isArray(error.details['missing']);
