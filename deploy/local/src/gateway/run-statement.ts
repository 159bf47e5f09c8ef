import { rm } from 'node:fs/promises';
import { emptyBytes, type Answer } from './answer';
import type { BodyReader } from './body';
import type { Connection } from './engine';
import { deliveryOf } from './formats';
import { badRequest, notImplemented, syntaxError } from './gateway-error';
import type { RequestOptions } from './options';
import type { Scratch } from './scratch';
import { isInsert, parseStatement, type Statement } from './statement';

/** How far the words of an INSERT are looked for in a body whose rest is data. */
const HEAD_BYTES = 64 * 1024;

export interface ParsedRequest {
  statement: Statement;
  /** Bytes of the statement's text that are data already, and how many bytes of the body are not. */
  dataBefore: Buffer;
  skip: number;
}

// Text and data share one body: as latin1 each byte is one character, so positions in the text are positions in the body.
const toText = (bytes: Buffer): string => bytes.toString('latin1');
const toSql = (text: string): string => Buffer.from(text, 'latin1').toString('utf8');

/** Finds the statement in the URL, in the body, or in both; data of an INSERT stays in the body. */
export const parseRequest = async (query: string, body: BodyReader): Promise<ParsedRequest> => {
  const before = toText(Buffer.from(query, 'utf8'));
  if (before.trim() !== '') {
    const statement = parseStatement(before);
    if (statement.kind === 'insert-data' || statement.kind === 'insert-input') {
      return { statement, dataBefore: Buffer.from(before.slice(statement.dataStart), 'latin1'), skip: 0 };
    }
  }
  const prefix = before === '' ? '' : `${before}\n`;
  const head = await body.peek(HEAD_BYTES);
  const looksLikeInsert = isInsert(prefix + toText(head));
  const tries = looksLikeInsert ? [head] : [];
  for (const bytes of tries) {
    const statement = parseStatement(prefix + toText(bytes));
    if (statement.kind === 'insert-data' || statement.kind === 'insert-input') {
      return { statement, dataBefore: Buffer.alloc(0), skip: statement.dataStart - prefix.length };
    }
  }
  const all = await body.readAll();
  const statement = parseStatement(prefix + toText(all));
  if (statement.kind === 'insert-data' || statement.kind === 'insert-input') {
    return { statement, dataBefore: Buffer.alloc(0), skip: statement.dataStart - prefix.length };
  }
  return { statement, dataBefore: Buffer.alloc(0), skip: 0 };
};

interface Job {
  connection: Connection;
  options: RequestOptions;
  answer: Answer;
  body: BodyReader;
  scratch: Scratch;
  startedAt: number;
}

const runRead = async (job: Job, sql: string, format: string): Promise<void> => {
  const { connection, answer, scratch, startedAt } = job;
  const delivery = deliveryOf(format);
  if (delivery === 'stream') {
    for await (const { bytes } of connection.stream(sql, format)) {
      if (answer.isClosed) return;
      await answer.write(bytes, format);
    }
    answer.end(format);
    return;
  }
  if (delivery === 'memory') {
    const result = await connection.run(sql, format);
    answer.send(result.bytes, format, { readRows: result.rowsRead, readBytes: result.bytesRead, startedAt });
    return;
  }
  const file = scratch.newFile();
  try {
    await connection.run(`${sql}\ninto outfile '${file}' format ${format}`, 'Null');
    await answer.sendFile(file, format);
  } finally {
    await rm(file, { force: true });
  }
};

const runInsert = async (
  job: Job,
  parsed: ParsedRequest,
  statement: Statement & { kind: 'insert-data' },
): Promise<void> => {
  const { connection, answer, scratch, body, options, startedAt } = job;
  const file = scratch.newFile();
  try {
    const bytes = await body.writeTo(file, parsed.dataBefore, parsed.skip);
    if (bytes === 0) {
      answer.send(emptyBytes, options.defaultFormat, { startedAt });
      return;
    }
    const settings = /\bsettings\b[^)]*$/i.exec(statement.head)?.index ?? statement.head.length;
    const into = toSql(statement.head.slice(0, settings));
    const result = await connection.run(
      `${into}\nfrom infile '${file}' compression 'none'\n${toSql(statement.head.slice(settings))}\nformat ${statement.format}`,
      'Null',
    );
    const { rowsRead, bytesRead } = result;
    answer.send(emptyBytes, options.defaultFormat, {
      readRows: rowsRead,
      readBytes: bytesRead,
      writtenRows: rowsRead,
      writtenBytes: bytesRead,
      startedAt,
    });
  } finally {
    await rm(file, { force: true });
  }
};

/** Runs one parsed request on a connection that has its database and settings, and answers it. */
export const runStatement = async (job: Job, parsed: ParsedRequest): Promise<void> => {
  const { statement } = parsed;
  const { connection, answer, options, startedAt } = job;
  switch (statement.kind) {
    case 'empty':
      throw syntaxError('Empty query');
    case 'many':
      throw syntaxError('Multi-statements are not allowed');
    case 'read':
      return runRead(job, toSql(statement.sql), statement.format ?? options.defaultFormat);
    case 'insert-data':
      return runInsert(job, parsed, statement);
    case 'insert-input':
      throw notImplemented('INSERT ... SELECT FROM input() is not supported');
    case 'write': {
      if (/\b(?:into\s+outfile|from\s+infile)\b/i.test(statement.sql))
        throw badRequest('INTO OUTFILE and FROM INFILE are not allowed over HTTP');
      const result = await connection.run(toSql(statement.sql), options.defaultFormat);
      answer.send(result.bytes, options.defaultFormat, {
        readRows: result.rowsRead,
        readBytes: result.bytesRead,
        startedAt,
      });
    }
  }
};
