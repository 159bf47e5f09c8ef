/**
 * What a title says, from the written rule and not from the SQL: word by word, one title at a time. Shares the table and the
 * folding of words with the model.
 */
import { foldTitle } from '../fold-title';
import { SENIORITIES, titleWords, type OwnTitleWord, type TitleWord } from '../title-words';

export interface TitleReading {
  /** Empty: the title does not say. */
  readonly seniority: string;
  readonly department: string;
}

interface Found extends TitleWord {
  /** Place of its first word, and of the word after its last. */
  readonly start: number;
  readonly end: number;
  readonly isPart: boolean;
}

export type ReadTitle = (title: string) => TitleReading;

export function createTitleReader(own: readonly OwnTitleWord[] = []): ReadTitle {
  const table = titleWords(own);
  const whole = new Map(table.filter(({ words }) => !words.includes('*')).map((word) => [word.words, word]));
  const parts = table.filter(({ words }) => words.includes('*')).sort((a, b) => b.words.length - a.words.length);
  const longest = Math.max(...[...whole.keys()].map((words) => words.split(' ').length));

  const findAll = (words: readonly string[]): Found[] => {
    const found: Found[] = [];
    words.forEach((word, start) => {
      for (let end = start + 1; end <= Math.min(words.length, start + longest); end += 1) {
        const entry = whole.get(words.slice(start, end).join(' '));
        if (entry !== undefined) found.push({ ...entry, start, end, isPart: false });
      }
      const beginning = parts.find(({ words: part }) => part.endsWith('*') && isLonger(word, part, 'startsWith'));
      const ending = parts.find(({ words: part }) => part.startsWith('*') && isLonger(word, part, 'endsWith'));
      for (const entry of [beginning, ending]) {
        if (entry !== undefined) found.push({ ...entry, start, end: start + 1, isPart: true });
      }
    });
    return found;
  };

  return (title) => {
    const found = findAll(foldTitle(title));
    const widest = found.filter((one) => !found.some((other) => goesBefore(other, one)));
    return widest.some(({ kind }) => kind === 'none') ? { seniority: '', department: '' } : sumUp(ownOnly(widest));
  };
}

const isLonger = (word: string, part: string, how: 'startsWith' | 'endsWith'): boolean =>
  word.length > part.length - 1 && word[how](part.replace('*', ''));

/** What lies inside longer words does not count, nor a part of a word that is known. */
const goesBefore = (other: Found, one: Found): boolean =>
  other.start <= one.start &&
  other.end >= one.end &&
  (other.end - other.start > one.end - one.start || (one.isPart && !other.isPart));

/** What is somebody else's is left out. */
function ownOnly(found: readonly Found[]): readonly Found[] {
  const until = Math.min(...found.filter(({ kind }) => kind === 'until').map(({ start }) => start));
  const kept = found.filter(({ start }) => start < until);
  const lastHelper = Math.max(...kept.filter(({ kind }) => kind.startsWith('helper')).map(({ start }) => start));
  const firstTo = Math.min(...kept.filter(({ kind }) => kind === 'helper_to').map(({ start }) => start));
  const isSenior = ({ seniority }: Found): boolean => !['', 'individual'].includes(seniority);
  return kept.filter((one) => !isSenior(one) || (one.start >= lastHelper && one.start <= firstTo));
}

/** The most senior; its department, else the first that is named, else the one that goes without saying. */
function sumUp(found: readonly Found[]): TitleReading {
  const rankOf = ({ seniority }: TitleWord): number => (SENIORITIES as readonly string[]).indexOf(seniority);
  const highest = Math.max(-1, ...found.map(rankOf));
  const precedence = (one: Found): number => (one.kind !== '' ? 2 : rankOf(one) === highest ? 0 : 1);
  const [first] = found
    .filter((one) => one.department !== '' && (one.kind === '' || rankOf(one) === highest))
    .sort((a, b) => precedence(a) - precedence(b) || a.start - b.start || (a.department < b.department ? -1 : 1));
  return { seniority: SENIORITIES[highest] ?? '', department: first?.department ?? '' };
}
