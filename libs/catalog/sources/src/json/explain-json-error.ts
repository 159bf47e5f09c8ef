import { endOfString } from './end-of-string';

/** What may come next; `first` ones may also close what was just opened. */
type Expected = 'value' | 'first value' | 'key' | 'first key' | 'colon' | 'comma' | 'end';

const WANTED: Readonly<Record<Expected, string>> = {
  value: 'a value is expected',
  'first value': 'a value or ] is expected',
  key: 'a key in double quotes is expected',
  'first key': 'a key in double quotes or } is expected',
  colon: 'a colon is expected',
  comma: 'a comma or a closing bracket is expected',
  end: 'nothing may follow',
};
const VALUE_HINTS: readonly (readonly [RegExp, string])[] = [
  [/^[+-]?(?:nan|inf|infinity)$/i, 'JSON has no such number, send null or leave the field out'],
  [/^(?:undefined|none|nil)$/i, 'send null or leave the field out'],
  [/^(?:true|false|null)$/i, 'write it in lower case'],
  [/^[+-]?[\d.]|^[+-]$/, 'it is not a number as JSON writes it'],
];
const HINTS: readonly (readonly [RegExp, string])[] = [
  [/^['`‘’“”]/, 'texts and keys stand in double quotes'],
  [/^[/#]/, 'JSON has no comments'],
  [/^\uFEFF/, 'leave the byte order mark out'],
];
const [TAB, LINE_FEED, CARRIAGE_RETURN, SPACE] = [0x09, 0x0a, 0x0d, 0x20];
const VALUE = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\p{L}\p{N}_$.+-])/uy;
const OPENS = '[{';
const SHOWN = /[\p{L}\p{N}_$.+-]{1,24}|[^]/uy;

/**
 * Where a body that JSON.parse refused stops being JSON: the token, its line and column, and what is expected there. Reads
 * the body once, without recursion; repeats what the parser said when it finds nothing itself.
 */
export function explainJsonError(body: string, cause: unknown): string {
  const closers: string[] = [];
  let expected: Expected = 'value';
  for (let at = skipBlanks(body, 0); at < body.length; at = skipBlanks(body, at)) {
    const character = body[at] ?? '';
    const takesValue: boolean = expected === 'value' || expected === 'first value';
    const takesKey: boolean = expected === 'key' || expected === 'first key';
    if (character === '"' && (takesValue || takesKey)) {
      const end = endOfString(body, at);
      if (typeof end === 'object') return `${end.problem} at ${placeOf(body, end.at)}`;
      at = end;
      expected = takesKey ? 'colon' : afterValue(closers);
      continue;
    }
    const end: number = takesValue && !OPENS.includes(character) ? endOf(VALUE, body, at) : at;
    if (end > at) {
      at = end;
      expected = afterValue(closers);
    } else {
      const next = afterPunctuation(character, expected, closers);
      if (next === null) return unexpected(body, at, expected);
      at += 1;
      expected = next;
    }
  }
  if (expected === 'end') return cause instanceof Error ? cause.message : String(cause);
  return `it ends at ${placeOf(body, body.length)} where ${WANTED[expected]}`;
}

const afterValue = (closers: readonly string[]): Expected => (closers.length === 0 ? 'end' : 'comma');

/** Null when the character may not stand here. `closers` are the brackets still to come, the next one last. */
function afterPunctuation(character: string, expected: Expected, closers: string[]): Expected | null {
  if (expected === 'colon') return character === ':' ? 'value' : null;
  if (expected === 'comma' && character === ',') return closers.at(-1) === '}' ? 'key' : 'value';
  if (character === closers.at(-1) && (expected === 'comma' || expected.startsWith('first'))) {
    closers.pop();
    return afterValue(closers);
  }
  if (!expected.endsWith('value')) return null;
  if (character === '{') return closers.push('}') > 0 ? 'first key' : null;
  return character === '[' && closers.push(']') > 0 ? 'first value' : null;
}

function unexpected(body: string, at: number, expected: Expected): string {
  const token = body.slice(at, endOf(SHOWN, body, at));
  const isTrailing = (token === '}' || token === ']') && (expected === 'key' || expected === 'value');
  const hints = expected.endsWith('value') ? [...VALUE_HINTS, ...HINTS] : HINTS;
  const hint = isTrailing ? 'a comma before it is too much' : hints.find(([form]) => form.test(token))?.[1];
  return `unexpected ${visible(token)} at ${placeOf(body, at)}: ${hint ?? WANTED[expected]}`;
}

/** What nobody would see in a message is shown by its number. */
const visible = (token: string): string =>
  /^[\p{C}\p{Z}]/u.test(token) ? `U+${(token.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}` : token;

function skipBlanks(body: string, start: number): number {
  let at = start;
  for (;;) {
    const code = body.charCodeAt(at);
    if (code !== SPACE && code !== LINE_FEED && code !== CARRIAGE_RETURN && code !== TAB) return at;
    at += 1;
  }
}

/** Where a sticky expression ends that begins at `at`; `at` itself when it does not fit there. */
function endOf(expression: RegExp, body: string, at: number): number {
  expression.lastIndex = at;
  return expression.test(body) ? expression.lastIndex : at;
}

/** Counted from 1, columns in characters. */
function placeOf(body: string, at: number): string {
  let line = 1;
  let lineStart = 0;
  for (let next = body.indexOf('\n'); next >= 0 && next < at; next = body.indexOf('\n', next + 1)) {
    line += 1;
    lineStart = next + 1;
  }
  let column = 1;
  for (const _character of body.slice(lineStart, at)) column += 1;
  return `line ${line}, column ${column}`;
}
