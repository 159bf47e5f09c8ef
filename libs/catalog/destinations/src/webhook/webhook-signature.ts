import { createHmac, timingSafeEqual } from 'node:crypto';

export const SIGNATURE_HEADER = 'x-millrace-signature';
export const TIMESTAMP_HEADER = 'x-millrace-timestamp';
const VERSION = 'v1';

/** `v1=<hex>`: HMAC-SHA256 with the shared secret over `<timestamp>.<whole body>`; timestamp in epoch seconds. */
export function signBody(secret: string, timestamp: number, body: string): string {
  return `${VERSION}=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}

/** For receivers: the signature fits the body and the timestamp is at most `toleranceSeconds` away from `now` (epoch seconds). */
export function verifySignature(
  secret: string,
  headers: { readonly timestamp: string; readonly signature: string },
  body: string,
  now: number,
  toleranceSeconds = 300,
): boolean {
  const timestamp = Number(headers.timestamp);
  if (!Number.isFinite(timestamp) || Math.abs(now - timestamp) > toleranceSeconds) return false;
  const expected = Buffer.from(signBody(secret, timestamp, body));
  const given = Buffer.from(headers.signature);
  return expected.length === given.length && timingSafeEqual(expected, given);
}
