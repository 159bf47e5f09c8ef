import { ExactNumber, isHeldByDouble } from './exact-number';
import { ESCAPED_MARK, MARK } from './mark';

/**
 * JSON.parse that changes no value. Numbers that a double cannot hold become ExactNumbers, unpaired surrogates become
 * U+FFFD, in keys too. The usual text costs two cheap scans more. Throws JSON.parse's SyntaxError, its place that of the
 * text given.
 */
export function readJson(text: string): unknown {
  const wellFormed = replaceLoneSurrogates(text);
  const value: unknown = JSON.parse(wellFormed);
  return MAY_BE_INEXACT.test(wellFormed) ? withExactNumbers(wellFormed, value) : value;
}

/** Valid UTF-8 has no surrogates: only an escape can write one. The replacement is as long as what it replaces. */
function replaceLoneSurrogates(text: string): string {
  if (!text.includes('\\u') || !SURROGATE.test(text)) return text;
  return text.replace(ESCAPE, (escape) => (SURROGATE.test(escape) && escape.length === 6 ? '\\ufffd' : escape));
}

const SURROGATE = /\\u[dD][89a-fA-F]/;
/** A pair, or any other escape, so that the u of an escaped backslash is not taken for one. */
const ESCAPE = /\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u[\da-fA-F]{4}|[^])/g;

/** A number of 16 digits or more, or with an exponent; less is always exact. Texts that look like one do no harm. */
const MAY_BE_INEXACT = /[:,[ \t\n\r]-?\d(?:[\d.]{15}|[\d.]*[eE])/;
const STRING_OR_NUMBER = /"[^"\\]*(?:\\[^][^"\\]*)*"|-?\d[\d.eE+-]*/g;

/** `text` is known to be valid. */
function withExactNumbers(text: string, value: unknown): unknown {
  let isMarked = false;
  const marked = text.replace(STRING_OR_NUMBER, (token) => {
    if (token.startsWith('"') || isHeldByDouble(token)) return token;
    isMarked = true;
    return `"${ESCAPED_MARK}${token}"`;
  });
  if (!isMarked) return value;
  return JSON.parse(marked, (_key, part: unknown) =>
    typeof part === 'string' && part.startsWith(MARK) ? new ExactNumber(part.slice(MARK.length)) : part,
  );
}
