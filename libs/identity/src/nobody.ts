/**
 * Texts that broken clients send in place of an id, in lower case: they would make one person of strangers. From the lists
 * of products that learned them from their users.
 */
const NOBODY: ReadonlySet<string> = new Set([
  ...['null', '(null)', 'undefined', 'nan', 'none', 'nil', 'n/a', 'true', 'false', '(not set)', 'not set', 'unknown'],
  ...['[object object]', '[object undefined]', '[object null]', '{}', '[]', '""', "''"],
  ...[
    'anonymous',
    'anon',
    'guest',
    'not_authenticated',
    'distinct_id',
    'distinctid',
    'id',
    'email',
    'user_id',
    'userid',
  ],
]);
const LONGEST_WORD = 20;

/** Only zeros and dashes (the zero UUID), blanks, invisible characters or what is left of broken ones. */
const EMPTY = /^[0\s\p{Cc}\p{Cf}\p{Z}\p{Pd}\p{Mn}\u115F\u1160\u3164\uFFA0\u2800\uFFFD]*$/u;

/** True for a blank and the words that stand for nobody. `more` are further words, in lower case. */
export function isNobody(text: string, more: readonly string[] = []): boolean {
  if (!startsUsually(text) && EMPTY.test(text)) return true;
  if (text.length > LONGEST_WORD && more.length === 0) return false;
  const word = text.trim().toLowerCase();
  return NOBODY.has(word) || more.includes(word);
}

/** With 1-9 or a letter of ASCII, which spares most ids the dear pattern. */
function startsUsually(text: string): boolean {
  const first = text.charCodeAt(0);
  return (first >= 49 && first <= 57) || (first >= 65 && first <= 122);
}
