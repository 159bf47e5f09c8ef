import { domainToASCII } from 'node:url';

/** One spelling of an e-mail address: trimmed, lower case, the domain as A-labels without a trailing dot. Null: none. */
export function normalEmail(text: string | null | undefined): string | null {
  const plain = text?.trim().normalize('NFC').toLowerCase();
  if (!plain) return null;
  const at = plain.lastIndexOf('@');
  if (at < 0) return plain;
  const domain = plain.slice(at + 1).replace(/\.$/, '');
  return `${plain.slice(0, at)}@${domainToASCII(domain) || domain}`;
}
