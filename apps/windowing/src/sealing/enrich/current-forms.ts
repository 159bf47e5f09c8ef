import { domainFacts, domainOfEmail, mailHost, normalEmail, PLAIN_EMAIL } from '@millrace/identity';

import type { NormalForms } from './normal-forms';

/**
 * Version 2: the normal forms of @millrace/identity. Of a plain e-mail SQL makes the normal form itself and only its domain is
 * asked about, since a step has far fewer domains than e-mails; any other e-mail is asked about whole.
 */
export const currentForms: NormalForms = {
  expressions: {
    email_text_expression: `if(match(ifNull(email, ''), '${PLAIN_EMAIL}'), lower(assumeNotNull(email)), ifNull(email, ''))`,
    mail_kind_expression: `if(match(email_text, '${PLAIN_EMAIL}'), 'domain', 'email')`,
    mail_key_expression: "if(mail_kind = 'domain', splitByChar('@', email_text)[2], email_text)",
  },
  factsOf: (kind, value) => {
    const normal = kind === 'email' ? normalEmail(value) : mailHost(value);
    const ofDomain = kind === 'domain' ? value : normal === null ? '' : domainOfEmail(normal);
    const { registrable, isFreeMail, isDisposable } = domainFacts(ofDomain);
    return { normal, registrable_domain: registrable, is_free_mail: isFreeMail, is_disposable: isDisposable };
  },
};
