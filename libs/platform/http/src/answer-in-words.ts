import type { WireResponse } from './wire';

const LONGEST_WORDS = 1_000;
/** Of the body; the rest is not looked at. */
const LONGEST_LOOK = 10 * LONGEST_WORDS;
/** A proxy's page has style and script before its first word. `<ana@example.com>` is not markup. */
const MARKUP =
  /<(script|style)\b[\s\S]*?<\/\1\s*>|<!--[\s\S]*?-->|<!doctype[^<>]*>|<\/?[a-z][a-z0-9-]*(\s[^<>]*)?\/?>/gi;

/** The first 1,000 characters of what others wrote, on one line and without markup. */
export function plainWords(text: string): string {
  const words = text.slice(0, LONGEST_LOOK).replace(MARKUP, ' ').replace(/\s+/g, ' ').trim();
  return words.length <= LONGEST_WORDS ? words : [...words].slice(0, LONGEST_WORDS).join('');
}

/** `HTTP 422: words of the body`. */
export function answerInWords({ status, body }: Pick<WireResponse, 'status' | 'body'>): string {
  const words = plainWords(body);
  return words === '' ? `HTTP ${status}` : `HTTP ${status}: ${words}`;
}
