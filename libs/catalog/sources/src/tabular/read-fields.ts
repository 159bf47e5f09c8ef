import { isNobody } from '@millrace/identity';

import type { Fields } from './table';
import { readId, type CellContext, type Refusal } from './values';

export interface ReadFields {
  readonly values: Readonly<Record<string, string | number | boolean | null>>;
  /** By field, what is wrong with its cell. */
  readonly refused: ReadonlyMap<string, Refusal>;
}

/** `="00077"` is how spreadsheets are told that a cell is text. */
const unwrap = (cell: string): string => /^="(.*)"$/s.exec(cell)?.[1] ?? cell;

/** Every field of a row by its text; one without is empty. */
export function readFields(fields: Fields, texts: Readonly<Record<string, string>>, context: CellContext): ReadFields {
  const values: Record<string, string | number | boolean | null> = {};
  const refused = new Map<string, Refusal>();
  for (const [name, { read, empty }] of Object.entries(fields)) {
    const given = Object.hasOwn(texts, name) ? (texts[name] ?? '') : '';
    const text = unwrap(given.trim()).trim();
    // An id such as `null` would make one person of all rows that have it.
    if (text === '' || (read === readId && isNobody(text))) {
      values[name] = empty;
      continue;
    }
    const result = read(text, context);
    if ('value' in result) values[name] = result.value;
    else refused.set(name, { reason: result.reason, detail: `${name}: ${result.detail}` });
  }
  return { values, refused };
}
