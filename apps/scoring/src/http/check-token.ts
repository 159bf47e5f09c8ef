import { createHash, timingSafeEqual } from 'node:crypto';

import { MillraceError } from '@millrace/platform-errors';

const digestOf = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();

/** Throws API_CLOSED without a token to compare with, and API_UNAUTHORIZED for another one; the comparison takes the same time. */
export function createTokenCheck(token: string | undefined): (authorization: string | undefined) => void {
  const expected = token === undefined ? undefined : digestOf(token);
  return (authorization) => {
    if (expected === undefined) {
      throw new MillraceError('The API is closed: this service has no token', {
        code: 'API_CLOSED',
        actor: 'operator',
        advice: 'Set RUN_API_TOKEN, or RUN_API_TOKEN_FILE to a file that holds it, and start the service again',
      });
    }
    const [, presented] = /^Bearer +(\S+) *$/i.exec(authorization ?? '') ?? [];
    if (presented !== undefined && timingSafeEqual(digestOf(presented), expected)) return;
    throw new MillraceError(presented === undefined ? 'The token is missing' : 'The token is wrong', {
      code: 'API_UNAUTHORIZED',
      actor: 'operator',
      advice: 'Send the token of RUN_API_TOKEN as Authorization: Bearer',
    });
  };
}
