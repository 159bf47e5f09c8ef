import { isWord, tokensOf, type Token } from './tokens';

/** Statements that answer with rows and take INTO OUTFILE and FORMAT. */
const READS = new Set(['SELECT', 'WITH', 'SHOW', 'DESCRIBE', 'DESC', 'EXISTS', 'EXPLAIN', 'CHECK', 'FROM']);

/** Words that start the part of an INSERT after which no FORMAT belongs to its data. */
const INSERT_SOURCES = new Set(['SELECT', 'WITH', 'FROM', 'WATCH']);

export type Statement =
  | { kind: 'read'; isPlainSelect: boolean; format: string | undefined; sql: string; formatStart: number }
  | { kind: 'write'; sql: string }
  /** INSERT with data: `head` up to the FORMAT or VALUES word, settings included; the data starts at `dataStart` of the text. */
  | { kind: 'insert-data'; head: string; format: string; dataStart: number }
  /** INSERT ... SELECT ... FROM input('structure') FORMAT x: the data feeds the table function. */
  | { kind: 'insert-input'; sql: string; format: string; dataStart: number }
  | { kind: 'empty' }
  | { kind: 'many' };

/** Data may begin right after the format's name: one line break or one run of blanks up to it is not data. */
const dataAfter = (text: string, position: number): number => {
  const blanks = /[ \t]*(?:\r?\n)?/y;
  blanks.lastIndex = position;
  return position + (blanks.exec(text)?.[0].length ?? 0);
};

const usesInput = (tokens: readonly Token[]): boolean =>
  tokens.some((token, index) => isWord(token, 'INPUT') && tokens[index + 1]?.text === '(');

const readInsert = (text: string): Statement => {
  const tokens: Token[] = [];
  let depth = 0;
  let isFromQuery = false;
  for (const token of tokensOf(text)) {
    const previous = tokens.at(-1);
    if (depth === 0 && isWord(previous, 'FORMAT') && token.kind === 'word' && !isWord(token, 'AS')) {
      const head = text.slice(0, previous?.start);
      const dataStart = dataAfter(text, token.end);
      if (!isFromQuery) return { kind: 'insert-data', head, format: token.text, dataStart };
      if (usesInput(tokens)) return { kind: 'insert-input', sql: head, format: token.text, dataStart };
    }
    if (depth === 0 && !isFromQuery && isWord(token, 'VALUES')) {
      return { kind: 'insert-data', head: text.slice(0, token.start), format: 'Values', dataStart: token.end };
    }
    if (token.text === '(' && token.kind === 'punctuation') depth += 1;
    if (token.text === ')' && token.kind === 'punctuation') depth -= 1;
    if (depth === 0 && token.kind === 'word' && INSERT_SOURCES.has(token.text.toUpperCase())) isFromQuery = true;
    if (depth === 1 && token.kind === 'word' && ['SELECT', 'WITH'].includes(token.text.toUpperCase()))
      isFromQuery = true;
    tokens.push(token);
  }
  return { kind: 'write', sql: text };
};

/** Where a trailing FORMAT clause is; ClickHouse allows SETTINGS after it. */
const findFormat = (tokens: readonly Token[]): { name: string; start: number; end: number } | undefined => {
  let depth = 0;
  for (let index = tokens.length - 1; index > 0; index -= 1) {
    const token = tokens[index];
    const previous = tokens[index - 1];
    if (!token || !previous) return undefined;
    if (token.kind === 'punctuation' && token.text === ')') depth += 1;
    if (token.kind === 'punctuation' && token.text === '(') depth -= 1;
    if (depth === 0 && isWord(previous, 'FORMAT') && token.kind === 'word') {
      const rest = tokens[index + 1];
      if (!rest || isWord(rest, 'SETTINGS')) return { name: token.text, start: previous.start, end: token.end };
    }
  }
  return undefined;
};

/** Splits off trailing semicolons and says when there is more than one statement. */
const singleStatement = (text: string): { sql: string; tokens: Token[]; isMany: boolean } => {
  const tokens: Token[] = [];
  let end: number | undefined;
  for (const token of tokensOf(text)) {
    if (token.kind === 'punctuation' && token.text === ';') end ??= token.start;
    else if (end !== undefined) return { sql: text, tokens, isMany: true };
    else tokens.push(token);
  }
  return { sql: text.slice(0, end), tokens, isMany: false };
};

/** The first word decides; a leading parenthesis is a SELECT. */
const firstWord = (tokens: Iterable<Token>): string => {
  for (const token of tokens) {
    if (token.kind === 'word') return token.text.toUpperCase();
    if (token.text !== '(') return '';
  }
  return '';
};

export const isInsert = (text: string): boolean => firstWord(tokensOf(text)) === 'INSERT';

export const parseStatement = (text: string): Statement => {
  if (isInsert(text)) {
    const insert = readInsert(text);
    if (insert.kind !== 'write') return insert;
  }
  const { sql, tokens, isMany } = singleStatement(text);
  if (isMany) return { kind: 'many' };
  if (tokens.length === 0) return { kind: 'empty' };
  const word = firstWord(tokens);
  if (!READS.has(word)) return { kind: 'write', sql };
  const format = findFormat(tokens);
  const isPlainSelect = word === 'SELECT' || word === 'WITH' || word === 'FROM';
  if (!format) return { kind: 'read', isPlainSelect, format: undefined, sql, formatStart: sql.length };
  const withoutFormat = `${sql.slice(0, format.start)}${sql.slice(format.end)}`;
  return { kind: 'read', isPlainSelect, format: format.name, sql: withoutFormat, formatStart: format.start };
};
