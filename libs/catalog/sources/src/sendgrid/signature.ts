import { createVerify, type KeyObject } from 'node:crypto';

import type { RawRequest } from '../source';

const SIGNATURE = 'x-twilio-email-event-webhook-signature';
const TIMESTAMP = 'x-twilio-email-event-webhook-timestamp';

type Headers = RawRequest['headers'];

/** Why headers alone show that a request is not SendGrid's, or not of now; null when they do not. */
export function headersProblem(headers: Headers, receivedAt: number, windowSeconds: number): string | null {
  const missing = [SIGNATURE, TIMESTAMP].find((name) => (headers[name] ?? '') === '');
  if (missing !== undefined) return `The header ${missing} is missing: switch on Signed Event Webhook in SendGrid`;
  const timestamp = headers[TIMESTAMP] ?? '';
  if (!/^\d{1,12}$/.test(timestamp)) return `The header ${TIMESTAMP} is not a number of seconds`;
  const isNear = Math.abs(receivedAt - Number(timestamp) * 1_000) <= windowSeconds * 1_000;
  return isNear ? null : `The header ${TIMESTAMP} is more than ${windowSeconds} s from this server's clock`;
}

/** Whether the key's owner signed the timestamp and these bytes. */
export const isSigned = (key: KeyObject, headers: Headers, body: Buffer): boolean =>
  createVerify('sha256')
    .update(headers[TIMESTAMP] ?? '')
    .update(body)
    .verify(key, headers[SIGNATURE] ?? '', 'base64');
