/** What a request says about the address it was sent to. */
export interface AddressHints {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
  readonly 'x-forwarded-proto'?: string | string[] | undefined;
}

const HOST = /^(?:[a-z0-9](?:[a-z0-9._-]{0,252})|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/**
 * Where browsers reach this collector. COLLECTOR_PUBLIC_URL says it; without one the request does: Host, and the scheme
 * that a proxy before us noted. A proxy that notes none betrays itself by a page under https, which cannot send to http
 * (loopback excepted). X-Forwarded-Host is not read: whoever sets it could send visitors' signals elsewhere through a cache. Undefined where the Host is not one.
 */
export function publicUrlOf(headers: AddressHints, configured: string | undefined): URL | undefined {
  if (configured !== undefined) return new URL(configured);
  const host = headers.host ?? '';
  const text = `${schemeOf(headers, host)}://${host}`;
  return HOST.test(host) && URL.canParse(text) ? new URL(text) : undefined;
}

function schemeOf(headers: AddressHints, host: string): 'http' | 'https' {
  const noted = [headers['x-forwarded-proto'] ?? ''].flat()[0]?.split(',')[0]?.trim().toLowerCase();
  if (noted === 'https' || noted === 'http') return noted;
  return headers.origin?.startsWith('https://') === true && !LOOPBACK.test(host) ? 'https' : 'http';
}
