import type { RefusedRequest } from '@millrace/catalog-sources';
import { MillraceError } from '@millrace/platform-errors';

export const payloadInvalid = (message: string, cause?: unknown): MillraceError =>
  new MillraceError(message, { code: 'SOURCE_PAYLOAD_INVALID', actor: 'producer', cause });

export const unauthorized = (message: string, advice?: string): MillraceError =>
  new MillraceError(message, { code: 'SOURCE_UNAUTHORIZED', actor: 'producer', ...(advice ? { advice } : {}) });

/** What a source says of a request that it refuses. */
export const refusedBySource = ({ status, detail }: RefusedRequest): MillraceError =>
  status === 401 ? unauthorized(detail) : payloadInvalid(detail);

export const tooManyEvents = (events: number, most: number): MillraceError =>
  new MillraceError(`The request has ${events} events, at most ${most} are taken`, {
    code: 'PAYLOAD_TOO_LARGE',
    actor: 'producer',
    advice: 'Send smaller batches',
  });
