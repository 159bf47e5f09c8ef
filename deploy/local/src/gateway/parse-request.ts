import type { BodyReader } from './body';
import { parseStatement, type Statement } from './statement';

/** How far the words of an INSERT are looked for in a body whose rest is data. */
const HEAD_BYTES = 64 * 1024;

export interface ParsedRequest {
  /** Its texts are latin1, one character a byte: `toSql` makes them SQL. */
  statement: Statement;
  /** Data of an INSERT that came with the URL. */
  dataBefore: Buffer;
  /** Bytes of the body that are statement, not data. */
  skip: number;
}

const NOTHING = Buffer.alloc(0);

// Text and data share one body: as latin1 each byte is one character, so positions in the text are positions in the body.
const toText = (bytes: Buffer): string => bytes.toString('latin1');
export const toSql = (text: string): string => Buffer.from(text, 'latin1').toString('utf8');

/** Finds the statement in the URL, in the body, or in both joined; the data of an INSERT stays in the body. */
export const parseRequest = async (query: string, body: BodyReader): Promise<ParsedRequest> => {
  const fromUrl = toText(Buffer.from(query, 'utf8'));
  if (fromUrl.trim() !== '') {
    const statement = parseStatement(fromUrl);
    if ('dataStart' in statement) {
      return { statement, dataBefore: Buffer.from(fromUrl.slice(statement.dataStart), 'latin1'), skip: 0 };
    }
  }
  const prefix = fromUrl === '' ? '' : `${fromUrl}\n`;
  const parse = (bytes: Buffer): ParsedRequest => {
    const statement = parseStatement(prefix + toText(bytes));
    const skip = 'dataStart' in statement ? statement.dataStart - prefix.length : 0;
    return { statement, dataBefore: NOTHING, skip };
  };
  const head = parse(await body.peek(HEAD_BYTES));
  return body.isComplete || 'dataStart' in head.statement ? head : parse(await body.readAll());
};
