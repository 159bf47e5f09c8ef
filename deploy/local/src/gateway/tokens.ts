/** The least of ClickHouse's lexer that is needed to find a statement's kind, its FORMAT clause and its end. */
export interface Token {
  /** Bare words keep their spelling; quoted ones and strings are marked, so that 'format' is never taken for FORMAT. */
  kind: 'word' | 'quoted' | 'string' | 'number' | 'punctuation';
  text: string;
  start: number;
  end: number;
}

const WORD = /[\p{L}_][\p{L}\p{N}_]*/uy;
const NUMBER = /[0-9][0-9a-zA-Z_.]*/y;
const SPACE_OR_COMMENT = /(?:\s+|--[^\n]*|#![^\n]*|# [^\n]*|\/\*[\s\S]*?\*\/)+/y;
const HEREDOC = /\$([\p{L}\p{N}_]*)\$[\s\S]*?\$\1\$/uy;

const matchAt = (pattern: RegExp, sql: string, position: number): string | undefined => {
  pattern.lastIndex = position;
  return pattern.exec(sql)?.[0];
};

/** The position after a quoted piece: backslash escapes and a doubled quote continue it. Unclosed runs to the end. */
const endOfQuoted = (sql: string, start: number): number => {
  const quote = sql[start];
  let position = start + 1;
  while (position < sql.length) {
    if (sql[position] === '\\') position += 2;
    else if (sql[position] !== quote) position += 1;
    else if (sql[position + 1] === quote) position += 2;
    else return position + 1;
  }
  return sql.length;
};

const tokenAt = (sql: string, start: number): Token => {
  const character = sql[start] ?? '';
  if (character === "'") return { kind: 'string', text: '', start, end: endOfQuoted(sql, start) };
  if (character === '`' || character === '"') {
    const end = endOfQuoted(sql, start);
    return { kind: 'quoted', text: sql.slice(start + 1, end - 1), start, end };
  }
  const heredoc = character === '$' ? matchAt(HEREDOC, sql, start) : undefined;
  if (heredoc) return { kind: 'string', text: '', start, end: start + heredoc.length };
  const word = matchAt(WORD, sql, start);
  if (word) return { kind: 'word', text: word, start, end: start + word.length };
  const number = matchAt(NUMBER, sql, start);
  if (number) return { kind: 'number', text: number, start, end: start + number.length };
  return { kind: 'punctuation', text: character, start, end: start + 1 };
};

export function* tokensOf(sql: string): Generator<Token> {
  let position = 0;
  for (;;) {
    position += matchAt(SPACE_OR_COMMENT, sql, position)?.length ?? 0;
    if (position >= sql.length) return;
    const token = tokenAt(sql, position);
    yield token;
    position = token.end;
  }
}

export const isWord = (token: Token | undefined, word: string): boolean =>
  token?.kind === 'word' && token.text.toUpperCase() === word;
