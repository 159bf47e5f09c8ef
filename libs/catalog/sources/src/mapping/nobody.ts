import { isNobody } from '@millrace/identity';

import { textOf } from './values';

/** The id, or null for nothing, a blank and the words that stand for nobody. `more` are further words, in lower case. */
export function identityOf(value: unknown, more: readonly string[]): string | null {
  const text = textOf(value);
  return text === null || isNobody(text, more) ? null : text;
}
