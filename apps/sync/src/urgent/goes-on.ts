import { RetryableError } from '@millrace/platform-errors';

/** Ends a wait whose answer is of no use any more: the process stops, or another replica reads the partition. */
export function assertGoesOn(isOver: () => boolean): void {
  if (isOver()) throw new RetryableError('The fast lane no longer reads this signal', { code: 'SHUTTING_DOWN' });
}
