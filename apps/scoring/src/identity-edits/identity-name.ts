import type { Identity } from '@millrace/contract-score';
import { isInstanceName } from '@millrace/contract-signal';
import { normalEmail } from '@millrace/identity';

export const IDENTITY_FORMS = 'user:<id>, anonymous:<id>, <instance>/<id> or an e-mail';
const LONGEST = 512;

/** An identity as it is typed. An e-mail may have `email:` before it. Throws RangeError for what is none. */
export function parseIdentity(typed: string): Identity {
  const text = typed.trim();
  if (text.length > LONGEST) throw new RangeError(`an identity has at most ${LONGEST} characters`);
  const [, kind = '', id = ''] = /^(user|anonymous|email):(.*)$/s.exec(text) ?? [];
  if (kind === 'user' || kind === 'anonymous') {
    if (id === '') throw new RangeError(`"${typed}" has no id behind ${kind}:`);
    return { kind, id };
  }
  const slash = text.indexOf('/');
  if (kind === '' && isInstanceName(text.slice(0, Math.max(slash, 0))) && slash < text.length - 1) {
    return text.startsWith('direct/') ? parseDirect(text.slice(slash + 1)) : { kind: 'external', id: text };
  }
  const email = normalEmail(kind === 'email' ? id : text);
  if (email === null) throw new RangeError(`"${typed}" is not an identity: write ${IDENTITY_FORMS}`);
  return { kind: 'email', id: email };
}

/** Of the customer's own systems: an e-mail, else a user id. */
function parseDirect(id: string): Identity {
  const email = normalEmail(id);
  return email === null ? { kind: 'user', id } : { kind: 'email', id: email };
}

/** As it is typed. */
export const nameOf = ({ kind, id }: Identity): string =>
  kind === 'email' || kind === 'external' ? id : `${kind}:${id}`;
