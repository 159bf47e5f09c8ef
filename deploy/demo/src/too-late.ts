import { MillraceError } from '@millrace/platform-errors';

/** What was awaited did not come. */
export const tooLate = (what: string, timeoutMs: number): MillraceError =>
  new MillraceError(`${what} did not come within ${timeoutMs / 1000} s`, {
    code: 'DEADLINE_EXCEEDED',
    advice: 'see the logs of the services; npm run demo -- --keep leaves them in place',
  });
