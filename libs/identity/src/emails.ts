import { isBelowSuffix } from './domains';
import { strictHost } from './hosts';
import { trimEnds } from './trim-ends';

/**
 * What nearly every address looks like. Its normal form is itself in lower case, if `mailHost` takes its domain: SQL that tests
 * the same needs nothing else. Within the limits of length; the syntax is both RE2's and JavaScript's.
 */
export const PLAIN_EMAIL =
  '^[A-Za-z0-9_+-]{1,30}(?:[.][A-Za-z0-9_+-]{1,16}){0,2}@(?:[A-Za-z0-9-]{1,40}[.]){1,4}[A-Za-z]{2,20}$';
const PLAIN = new RegExp(PLAIN_EMAIL);

/** What would have to be quoted, or is left of a list, a display name or a scheme. */
const REFUSED = /[\s\p{Cc}\p{Cf}\p{Cs}"(),:;<>@[\\\]\uFFFD]/u;
const LONGEST = 254;
const LONGEST_LOCAL = 64;

/**
 * One spelling of an e-mail address: trimmed, composed (NFC), lower case, its domain as A-labels without a trailing dot. What
 * follows a plus and dots stay: a CRM matches literally. Null for what would need repair, such as a display name, and for a
 * domain that is a suffix or a single word.
 */
export function normalEmail(text: string | null | undefined): string | null {
  if (!text) return null;
  const isPlain = PLAIN.test(text);
  const whole = isPlain ? text.toLowerCase() : composed(trimEnds(text));
  const at = whole.indexOf('@');
  const local = whole.slice(0, Math.max(0, at));
  if (!isPlain && !isLocalPart(local)) return null;
  const host = mailHost(whole.slice(at + 1));
  if (host === null || at + 1 + host.length > LONGEST) return null;
  return isPlain ? whole : `${local}@${host}`;
}

/**
 * For comparing where a miss would do harm, such as flags that forbid a delivery: the normal form, else the text as it stands,
 * composed and in lower case. Null for a blank. Never send to it.
 */
export const emailKey = (text: string | null | undefined): string | null =>
  normalEmail(text) ?? (composed(trimEnds(text ?? '')) || null);

/** The part behind the @ of a normal form. */
export const domainOfEmail = (normal: string): string => normal.slice(normal.lastIndexOf('@') + 1);

/** Lower case can leave letters apart that belong together. */
const composed = (text: string): string => text.normalize('NFC').toLowerCase().normalize('NFC');

const isLocalPart = (local: string): boolean =>
  local !== '' &&
  local.length <= LONGEST_LOCAL &&
  !REFUSED.test(local) &&
  !local.startsWith('.') &&
  !local.endsWith('.') &&
  !local.includes('..');

const MOST_REMEMBERED = 5_000;
const remembered = new Map<string, string | null>();

/** An e-mail's domain as A-labels, or null. Remembered: most addresses are at few domains. Starts anew when full. */
export function mailHost(domain: string): string | null {
  const known = remembered.get(domain);
  if (known !== undefined) return known;
  const host = strictHost(domain);
  const found = host !== null && isBelowSuffix(host) ? host : null;
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  if (domain.length <= LONGEST) remembered.set(domain, found);
  return found;
}
