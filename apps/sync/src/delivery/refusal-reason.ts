import type { WireItem } from '@millrace/catalog-destinations';

/** Why something was refused. */
export interface Reason {
  readonly detail: string;
  /** The field of the mapping that the words name; empty: none. */
  readonly field: string;
}

/** The destination names the field, or a mapped field stands in its words as a whole word. */
export function reasonOf(
  { detail, field }: { readonly detail: string; readonly field?: string },
  items: readonly WireItem[],
): Reason {
  if (field !== undefined && field !== '') return { detail, field };
  const fields = new Set(items.flatMap(({ record }) => Object.keys(record.fields)));
  return { detail, field: [...fields].find((name) => hasWord(detail, name)) ?? '' };
}

/** The same words, but for what an API makes anew for each answer: ids of requests, positions, instants. */
export const isSameReason = (a: Reason, b: Reason): boolean =>
  a.field === b.field && withoutChance(a.detail) === withoutChance(b.detail);

const CHANCE = [
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi,
  /\b[0-9a-f]{16,}\b/gi,
  /\d{4}-\d\d-\d\dT[\d:.]+Z?/g,
  /\[\d+\]/g,
];

const withoutChance = (detail: string): string => CHANCE.reduce((text, chance) => text.replace(chance, '*'), detail);

function hasWord(text: string, word: string): boolean {
  const isOfWord = (character: string | undefined): boolean => character !== undefined && /\w/.test(character);
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!isOfWord(text[at - 1]) && !isOfWord(text[at + word.length])) return true;
  }
  return false;
}
