import { readFileSync } from 'node:fs';

import { getDomain } from 'tldts';

export interface DomainFacts {
  /** The part that a company registers (acme.co.uk); null for an address, a bare suffix or nonsense. */
  readonly registrable_domain: string | null;
  readonly is_free_mail: boolean;
  readonly is_disposable: boolean;
}

const readList = (path: string): string[] => JSON.parse(readFileSync(path, 'utf8')) as string[];

const disposable = new Set(readList(require.resolve('disposable-email-domains/index.json')));
const freeMail = new Set(
  readList(require.resolve('email-providers/all.json')).filter((domain) => !disposable.has(domain)),
);

/** What is known about a domain as sent: a bare host, or a URL. Pure: the lists are part of the code version. */
export function domainFactsOf(value: string): DomainFacts {
  const registrable = getDomain(value, { allowPrivateDomains: false });
  const known = (list: ReadonlySet<string>): boolean =>
    list.has(value) || (registrable !== null && list.has(registrable));
  return {
    registrable_domain: registrable,
    is_free_mail: known(freeMail),
    is_disposable: known(disposable),
  };
}
