import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { registrableOfHost } from './domains';
import { domainOfEmail } from './emails';
import { hostOf } from './urls';

/** What is known about a domain. */
export interface DomainFacts {
  /** See `registrableDomain`. */
  readonly registrable: string | null;
  /** Anybody can have an address there. */
  readonly isFreeMail: boolean;
  /** Addresses there are thrown away after use. */
  readonly isDisposable: boolean;
}

/** Read when first asked for: 5,700 and 121,000 domains, 20 ms and 10 MB that not every process needs. */
function once<T>(read: () => T): () => T {
  let value: T | undefined;
  return () => (value ??= read());
}

/** The only list of free-mail domains, as A-labels; source and licence stand in the file. */
export const freeMailDomains = once((): ReadonlySet<string> => {
  const lines = readFileSync(join(__dirname, 'data/free-mail.txt'), 'utf8').split('\n');
  return new Set(lines.filter((line) => line !== '' && !line.startsWith('#')));
});

/** The npm package disposable-email-domains (github.com/ivolo/disposable-email-domains), MIT. */
export const disposableDomains = once((): ReadonlySet<string> => {
  const path = require.resolve('disposable-email-domains/index.json');
  return new Set(JSON.parse(readFileSync(path, 'utf8')) as readonly string[]);
});

/** `text` is a host name or a web address. Pure: the lists are part of the version. */
export function domainFacts(text: string): DomainFacts {
  const host = hostOf(text);
  if (host === null) return { registrable: null, isFreeMail: false, isDisposable: false };
  const registrable = registrableOfHost(host);
  const isIn = (list: ReadonlySet<string>): boolean =>
    list.has(host) || (registrable !== null && list.has(registrable));
  return { registrable, isFreeMail: isIn(freeMailDomains()), isDisposable: isIn(disposableDomains()) };
}

/** The company that an e-mail in normal form speaks for: its registrable domain, unless free mail or disposable. */
export function companyDomainOfEmail(normal: string): string | null {
  const { registrable, isFreeMail, isDisposable } = domainFacts(domainOfEmail(normal));
  return isFreeMail || isDisposable ? null : registrable;
}
