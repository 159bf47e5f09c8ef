import { domainFacts } from '@millrace/identity';

import type { PeopleAsOfSettings } from './people-as-of.settings';

/** A row of `people_as_of_domains` without its attempt. */
export interface EmailDomainRow {
  readonly domain: string;
  /** Empty when there is none. */
  readonly registrable_domain: string;
  readonly is_free_mail: boolean;
  readonly is_disposable: boolean;
}

/** What is known about the domain of an e-mail. The settings add domains to the list of free mail, and take some out. */
export function emailDomainRow(domain: string, { free_mail }: PeopleAsOfSettings): EmailDomainRow {
  const { registrable, isFreeMail, isDisposable } = domainFacts(domain);
  const isIn = (list: readonly string[]): boolean =>
    list.includes(domain) || (registrable !== null && list.includes(registrable));
  return {
    domain,
    registrable_domain: registrable ?? '',
    is_free_mail: (isFreeMail || isIn(free_mail.domains)) && !isIn(free_mail.except),
    is_disposable: isDisposable,
  };
}
