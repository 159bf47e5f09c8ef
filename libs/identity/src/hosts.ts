import { domainToASCII } from 'node:url';

/** Labels of letters, digits and inner dashes, two or more, the last one not a number. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?=[a-z0-9-]*[a-z])[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** The same with the underscores that names below a domain may have. */
const LOOSE_HOST = /^(?:[a-z0-9_-]{1,63}\.)+(?=[a-z0-9-]*[a-z])[a-z0-9-]{1,63}$/;
/** Letters, digits, marks and the joiners that words of a language need. `domainToASCII` would also take `%41.com` and `a.com/b`. */
const WRITTEN = /^(?:[\p{L}\p{N}\p{M}\u00B7\u0375\u05F3\u05F4\u30FB._-]|\u200C|\u200D)+$/u;
const ASCII = /^[\x21-\x7e]+$/;
const LONGEST = 253;

/** A host name as A-labels, or null. `text` is trimmed and in lower case; one trailing dot goes. */
function asHost(text: string, form: RegExp): string | null {
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  if (name.length > LONGEST) return null;
  if (ASCII.test(name) && !name.includes('xn--')) return form.test(name) ? name : null;
  if (!WRITTEN.test(name)) return null;
  // Empty for what is not a name, such as an A-label that no name has.
  const ascii = domainToASCII(name.normalize('NFC'));
  return ascii.length <= LONGEST && form.test(ascii) ? ascii : null;
}

/** The host name that mail can be sent to: strictly letters, digits and dashes. */
export const strictHost = (text: string): string | null => asHost(text, HOST);

/** The host name of a page or a server. */
export const looseHost = (text: string): string | null => asHost(text, LOOSE_HOST);

export const isStrictHost = (text: string): boolean => HOST.test(text);
