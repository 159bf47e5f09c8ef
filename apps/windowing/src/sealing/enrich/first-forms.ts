import { disposableDomains, freeMailDomains } from '@millrace/identity';
import { getDomain } from 'tldts';

import type { NormalForms } from './normal-forms';

/** The list of free mail was another then: these were on it in place of `fastmail.com`. */
const ON_THE_LIST_THEN: ReadonlySet<string> = new Set(['example.com', 'müll.email', 'müllemail.com', 'müllmail.com']);

/** The domains that counted as free mail. */
export const isFreeMailThen = (domain: string): boolean =>
  ON_THE_LIST_THEN.has(domain) || (domain !== 'fastmail.com' && freeMailDomains().has(domain));

/**
 * Version 1, only for steps that were sealed by it: the suffix list's private section did not count, IDN stayed as it was
 * sent, whatever has one @ was an e-mail, and every name with a dot a company.
 */
export const firstForms: NormalForms = {
  expressions: {
    email_text_expression: "lowerUTF8(trimBoth(ifNull(email, '')))",
    mail_kind_expression: "'domain'",
    mail_key_expression: String.raw`if(match(email_text, '^[^@\\s]+@[^@\\s]+$'), splitByChar('@', email_text)[2], '')`,
  },
  factsOf: (kind, value) => {
    if (kind === 'email') throw new RangeError('version 1 asks about domains alone');
    const registrable = getDomain(value, { allowPrivateDomains: false });
    const isOn = (isIn: (domain: string) => boolean): boolean =>
      isIn(value) || (registrable !== null && isIn(registrable));
    return {
      normal: registrable === null ? null : value,
      registrable_domain: registrable,
      is_free_mail: isOn(isFreeMailThen),
      is_disposable: isOn((domain) => disposableDomains().has(domain)),
    };
  },
};
