import { looseHost } from './hosts';
import { trimEnds } from './trim-ends';

const SCHEME = /^(?:[a-z][a-z0-9+.-]*:)?\/\//i;

/**
 * The host of a web address or of a bare host name, in lower case as A-labels; null when there is none. An address with a user
 * in it (`info@acme.com`) is not a host.
 */
export function hostOf(text: string): string | null {
  const trimmed = trimEnds(text).toLowerCase();
  const plain = looseHost(trimmed);
  if (plain !== null) return plain;
  const [authority = ''] = trimmed.replace(SCHEME, '').split(/[/?#\\]/, 1);
  return looseHost(authority.replace(/:\d*$/, ''));
}

/** The path of a web address, or of what looks like one; `/` when it has none. */
export function pathOf(url: string): string {
  const afterHost = url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '');
  return afterHost.split(/[?#]/)[0] || '/';
}
