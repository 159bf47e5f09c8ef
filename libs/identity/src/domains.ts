import { parse } from 'tldts';

import { isStrictHost } from './hosts';
import { hostOf } from './urls';

const AS_HOST = { extractHostname: false, validateHostname: false, detectIp: false } as const;
const WITH_PRIVATE = { ...AS_HOST, allowPrivateDomains: true } as const;
const PUBLIC_ONLY = { ...AS_HOST, allowPrivateDomains: false } as const;

/**
 * The domain that a company registers: `acme.co.uk` of `https://www.acme.co.uk/about`, in lower case, as A-labels. Names below
 * the suffix list's private section are companies of their own (`acme.uk.com`, `shop.myshopify.com`). Null for addresses, bare
 * suffixes, and names below no public suffix, such as `.internal`, `.local`, `.lan` and a single word.
 */
export function registrableDomain(text: string | null | undefined): string | null {
  if (!text) return null;
  const host = hostOf(text);
  return host === null ? null : registrableOfHost(host);
}

/** `registrableDomain` of what is a host in lower case already. */
export function registrableOfHost(host: string): string | null {
  const { domain, publicSuffix, isIcann, isPrivate } = parse(host, WITH_PRIVATE);
  if (domain === null || publicSuffix === null || !isStrictHost(domain)) return null;
  // Documentation, the demo and tests have companies in .example, which is on no list.
  if (isIcann !== true && isPrivate !== true) return publicSuffix === 'example' ? domain : null;
  return isInfrastructure(publicSuffix) ? null : domain;
}

/** On the suffix list for other reasons than that companies have names there. */
const isInfrastructure = (suffix: string): boolean =>
  suffix === 'onion' || suffix === 'arpa' || suffix.endsWith('.arpa');

/**
 * True for a name below a suffix. A suffix that the list does not know counts: somebody has mail there, whether or not the list is
 * older than it. So does a private one: `info@uk.com` is an address.
 */
export const isBelowSuffix = (host: string): boolean => parse(host, PUBLIC_ONLY).domain !== null;
