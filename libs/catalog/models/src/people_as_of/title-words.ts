import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { foldTitle, MAXIMUM_WORDS } from './fold-title';

/** From the lowest to the highest: the place is the rank, 0 is unknown. */
export const SENIORITIES = ['individual', 'manager', 'director', 'vp', 'c_level'] as const;
export type Seniority = (typeof SENIORITIES)[number];

export const DEPARTMENTS = [
  ...['sales', 'marketing', 'engineering', 'it', 'finance', 'operations', 'hr', 'legal', 'product', 'procurement'],
  ...['support', 'general_management'],
] as ['sales', ...string[]];

/** The place is the number that SQL knows it by; `data/title-words.csv` says what each means. */
export const WORD_KINDS = ['', 'default', 'helper', 'helper_to', 'until', 'none'] as const;
export type WordKind = (typeof WORD_KINDS)[number];

/** What words of a title say. */
export interface TitleWord {
  /** Folded, one blank between them. `*` at one end: the other end of a longer word. */
  readonly words: string;
  readonly seniority: Seniority | '';
  /** One of DEPARTMENTS, or empty. */
  readonly department: string;
  readonly kind: WordKind;
}

/** Words that an installation adds. */
export interface OwnTitleWord {
  readonly words: string;
  readonly seniority?: Seniority | undefined;
  readonly department?: string | undefined;
}

let shipped: readonly TitleWord[] | undefined;

/** `data/title-words.csv`. Pure: the list is part of the model's version. */
export function shippedTitleWords(): readonly TitleWord[] {
  return (shipped ??= readFileSync(join(__dirname, 'data/title-words.csv'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .slice(1)
    .map(readLine));
}

function readLine(line: string): TitleWord {
  const [words = '', seniority = '', department = '', kind = ''] = line.split(';');
  const isKnown =
    isOneOf(['', ...SENIORITIES], seniority) &&
    isOneOf(['', ...DEPARTMENTS], department) &&
    isOneOf(WORD_KINDS, kind) &&
    foldWords(words) !== '';
  if (!isKnown) throw new Error(`title-words.csv: ${JSON.stringify(line)} is not words;seniority;department;kind`);
  return { words: foldWords(words), seniority, department, kind } as TitleWord;
}

const isOneOf = (known: readonly string[], text: string): boolean => known.includes(text);

/** An end of a word stays one. */
function foldWords(words: string): string {
  const folded = foldTitle(words).join(' ');
  return words.startsWith('*') ? `*${folded}` : words.endsWith('*') ? `${folded}*` : folded;
}

/** The shipped words and those of an installation, which come first, each once. */
export function titleWords(own: readonly OwnTitleWord[]): readonly TitleWord[] {
  const all = [
    ...shippedTitleWords(),
    ...own.map(({ words, seniority, department }): TitleWord => ({
      words: foldWords(words),
      seniority: seniority ?? '',
      department: department ?? '',
      kind: '',
    })),
  ];
  return [...new Map(all.map((word) => [word.words, word])).values()];
}

/**
 * The one that is longest comes first, since it is the first that matches which counts. A word of a title has to be longer
 * than its end or beginning. Never matches where there is none.
 */
export function endPatterns(words: readonly TitleWord[]): { readonly beginnings: string; readonly ends: string } {
  const named = words.map((word) => word.words).sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  const any = (list: readonly string[]): string => (list.length === 0 ? '[^\\s\\S]' : list.join('|'));
  const beginnings = named.filter((word) => word.endsWith('*')).map((word) => word.slice(0, -1));
  const ends = named.filter((word) => word.startsWith('*')).map((word) => word.slice(1));
  return { beginnings: `^(${any(beginnings)}).`, ends: `.(${any(ends)})$` };
}

/** A row of `people_as_of_title_words` without its attempt. */
export interface TitleWordRow {
  readonly number: number;
  readonly words: string;
  readonly rank: number;
  readonly department: string;
  readonly kind: number;
}

export const titleWordRows = (own: readonly OwnTitleWord[]): TitleWordRow[] =>
  titleWords(own).map(({ words, seniority, department, kind }, index) => ({
    number: index + 1,
    words,
    rank: ['', ...SENIORITIES].indexOf(seniority),
    department,
    kind: WORD_KINDS.indexOf(kind),
  }));

/** What `sql/titles.sql` binds. */
export function titleParams(own: readonly OwnTitleWord[]): Record<string, unknown> {
  const words = titleWords(own);
  const { beginnings, ends } = endPatterns(words);
  return {
    maximum_words: MAXIMUM_WORDS,
    beginnings,
    ends,
    longest: Math.max(...words.map((word) => word.words.split(' ').length)),
    seniorities: SENIORITIES,
  };
}
