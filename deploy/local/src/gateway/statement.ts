import { isWord, tokensOf, type Token } from './tokens';

/** Where the data of an INSERT begins in the text, and what it is. */
interface InsertData {
  format: string;
  dataStart: number;
}

export type Statement =
  | { kind: 'empty' }
  | { kind: 'many' }
  /** INTO OUTFILE or FROM INFILE: files of the server, which HTTP clients may not name. */
  | { kind: 'server-file' }
  /** Answers with rows; its FORMAT clause, when there is one, lies between `before` and `after`. */
  | {
      kind: 'read';
      before: string;
      format: string | undefined;
      after: string;
      isPlainSelect: boolean;
      isStreamable: boolean;
    }
  | { kind: 'write'; sql: string }
  /** `into` up to the SETTINGS, FORMAT or VALUES word; `settings` is its SETTINGS clause or empty. */
  | ({ kind: 'insert-data'; into: string; settings: string } & InsertData)
  /** INSERT ... SELECT ... FROM input('structure') FORMAT x; `before` and `after` enclose the arguments' place. */
  | ({ kind: 'insert-input'; before: string; after: string } & InsertData);

const READS = new Set(['SELECT', 'WITH', 'FROM', 'SHOW', 'DESCRIBE', 'DESC', 'EXISTS', 'EXPLAIN', 'CHECK']);
const PLAIN_SELECTS = new Set(['SELECT', 'WITH', 'FROM']);

const isPunctuation = (token: Token | undefined, text: string): boolean =>
  token?.kind === 'punctuation' && token.text === text;

/** A word right after these names a table, whatever it is. */
const startsName = (token: Token | undefined): boolean =>
  isWord(token, 'INTO') || isWord(token, 'TABLE') || isPunctuation(token, '.');

/** The lexer of the server: blanks after the format's name are skipped up to and including one line break. */
const dataAfter = (text: string, position: number): number => {
  const blanks = /[ \t\f]*\r?\n?/y;
  blanks.lastIndex = position;
  return position + (blanks.exec(text)?.[0].length ?? 0);
};

const settingsStart = (tokens: readonly Token[]): number | undefined => {
  const index = tokens.findIndex(
    (token, at) => isWord(token, 'SETTINGS') && !startsName(tokens[at - 1]) && isPunctuation(tokens[at + 2], '='),
  );
  return tokens[index]?.start;
};

const withData = (text: string, tokens: readonly Token[], headEnd: number, data: InsertData): Statement => {
  const input = tokens.findIndex((token, at) => isWord(token, 'INPUT') && isPunctuation(tokens[at + 1], '('));
  const name = tokens[input];
  const parenthesis = tokens[input + 1];
  if (name && parenthesis) {
    return {
      kind: 'insert-input',
      before: text.slice(0, name.start),
      after: text.slice(parenthesis.end, headEnd),
      ...data,
    };
  }
  const intoEnd = settingsStart(tokens) ?? headEnd;
  return { kind: 'insert-data', into: text.slice(0, intoEnd), settings: text.slice(intoEnd, headEnd), ...data };
};

/** Reads no further than the words before the data: what follows may be binary, and long. */
const parseInsert = (text: string): Statement | undefined => {
  const tokens: Token[] = [];
  let depth = 0;
  let isFromQuery = false;
  for (const token of tokensOf(text)) {
    const previous = tokens.at(-1);
    const isFormat = isWord(previous, 'FORMAT') && token.kind === 'word' && !startsName(tokens.at(-2));
    if (depth === 0 && previous && isFormat) {
      const data = { format: token.text, dataStart: dataAfter(text, token.end) };
      return withData(text, tokens.slice(0, -1), previous.start, data);
    }
    if (depth === 0 && isWord(token, 'VALUES') && !isFromQuery && !startsName(previous)) {
      return withData(text, tokens, token.start, { format: 'Values', dataStart: token.end });
    }
    if (isPunctuation(token, '(')) depth += 1;
    if (isPunctuation(token, ')')) depth -= 1;
    isFromQuery ||= isWord(token, 'SELECT') || isWord(token, 'WITH');
    tokens.push(token);
  }
  return undefined;
};

/** The last FORMAT clause outside parentheses, at the end or before SETTINGS. */
const findFormat = (tokens: readonly Token[]): { name: string; start: number; end: number } | undefined => {
  const index = tokens.findLastIndex((token) => isWord(token, 'FORMAT'));
  const keyword = tokens[index];
  const name = tokens[index + 1];
  const next = tokens[index + 2];
  if (!keyword || name?.kind !== 'word') return undefined;
  return next && !isWord(next, 'SETTINGS') ? undefined : { name: name.text, start: keyword.start, end: name.end };
};

const firstWord = (tokens: Iterable<Token>): string => {
  for (const token of tokens) {
    if (token.kind === 'word') return token.text.toUpperCase();
    if (token.text !== '(') return '';
  }
  return '';
};

const namesServerFile = (tokens: readonly Token[]): boolean =>
  tokens.some(
    (token, at) =>
      (isWord(token, 'OUTFILE') && isWord(tokens[at - 1], 'INTO')) ||
      (isWord(token, 'INFILE') && isWord(tokens[at - 1], 'FROM')),
  );

/** Pieces of these answers cannot be joined: totals follow the rows, an array has brackets. */
const joinsPieces = (tokens: readonly Token[]): boolean =>
  !tokens.some((token) => isWord(token, 'TOTALS') || isWord(token, 'OUTPUT_FORMAT_JSON_ARRAY_OF_ROWS'));

const isInsert = (text: string): boolean => firstWord(tokensOf(text)) === 'INSERT';

/** What a request asks for. Only the first statement may be there; trailing semicolons are dropped. */
export const parseStatement = (text: string): Statement => {
  const insert = isInsert(text) ? parseInsert(text) : undefined;
  if (insert) return insert;

  const all = [...tokensOf(text)];
  const semicolon = all.findIndex((token) => isPunctuation(token, ';'));
  const tokens = semicolon < 0 ? all : all.slice(0, semicolon);
  const sql = text.slice(0, all[semicolon]?.start);
  if (tokens.length === 0) return { kind: 'empty' };
  if (all.slice(tokens.length).some((token) => !isPunctuation(token, ';'))) return { kind: 'many' };
  if (namesServerFile(tokens)) return { kind: 'server-file' };

  const word = firstWord(tokens);
  if (!READS.has(word)) return { kind: 'write', sql };
  const format = findFormat(tokens);
  const traits = { isPlainSelect: PLAIN_SELECTS.has(word), isStreamable: joinsPieces(tokens) };
  const before = sql.slice(0, format?.start);
  return { kind: 'read', before, format: format?.name, after: format ? sql.slice(format.end) : '', ...traits };
};
