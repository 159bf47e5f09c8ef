const LETTERS: Readonly<Record<string, string>> = {
  ...{ ß: 'ss', ẞ: 'ss', ł: 'l', Ł: 'l', ø: 'o', Ø: 'o', đ: 'd', Đ: 'd', ı: 'i' },
  ...{ æ: 'ae', Æ: 'ae', œ: 'oe', Œ: 'oe', '@': ' at ' },
};
const LETTER = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'g');

const WORD = /[a-z0-9]+|[\u30a1-\u30fa\u30fc]+|[\u3400-\u9fff]/g;

/** Words of a title that are read; what follows is not. `sql/titles.sql` says the same. */
export const MAXIMUM_WORDS = 24;

/**
 * The words of a title: a to z and digits, whatever the case, accents and punctuation. German spells ä as ae, too, so that
 * inside a word both are a. Japanese and Chinese put no blanks between words: each ideograph is one, and each run of katakana,
 * whose voiced marks are gone as accents are. Other scripts are not read. `sql/titles.sql` does the same.
 */
export function foldTitle(title: string): string[] {
  const folded = title
    .normalize('NFKD')
    .replace(/[\u0300-\u036f\u3099\u309a]/g, '')
    .replace(LETTER, (letter) => LETTERS[letter] as string)
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
    .replace(/([a-z])([aou])e/g, '$1$2');
  return (folded.match(WORD) ?? []).slice(0, MAXIMUM_WORDS);
}
