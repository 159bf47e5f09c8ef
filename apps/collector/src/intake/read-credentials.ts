import type { JsonObject } from '@millrace/catalog-sources';

/** The write key of a request: user of Basic, Bearer, or `writeKey` of the body. Null when there is none. */
export function readCredentials(authorization: string | undefined, body: JsonObject): string | null {
  const fromHeader = authorization === undefined ? null : readHeader(authorization);
  if (fromHeader !== null && fromHeader !== '') return fromHeader;
  const fromBody = body['writeKey'];
  return typeof fromBody === 'string' && fromBody !== '' ? fromBody : null;
}

function readHeader(authorization: string): string | null {
  const [scheme = '', value = ''] = authorization.trim().split(/\s+/, 2);
  if (/^bearer$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) return null;
  const [user = ''] = Buffer.from(value, 'base64').toString('utf8').split(':', 1);
  return user;
}
