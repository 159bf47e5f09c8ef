import type { Answer } from './answer';
import type { BodyReader } from './body';
import type { Connection } from './engine';
import { isJoinable } from './formats';
import { badRequest, syntaxError } from './gateway-error';
import type { RequestOptions } from './options';
import { toSql, type ParsedRequest } from './parse-request';
import type { Scratch } from './scratch';
import type { Statement } from './statement';

export interface Job {
  connection: Connection;
  options: RequestOptions;
  answer: Answer;
  body: BodyReader;
  scratch: Scratch;
}

type Read = Statement & { kind: 'read' };
type InsertWithData = Statement & { kind: 'insert-data' | 'insert-input' };

const runRead = async ({ connection, answer, options, scratch }: Job, statement: Read): Promise<void> => {
  const format = statement.format ?? options.defaultFormat;
  const withTarget = (target: string): string =>
    toSql(`${statement.before}${target}format ${format}${statement.after}`);
  const sql = withTarget('\n');
  if (!statement.isPlainSelect) {
    const result = await connection.run(sql, format);
    answer.send(result.bytes, format, { readRows: result.rowsRead, readBytes: result.bytesRead });
    return;
  }
  if (isJoinable(format) && statement.isStreamable && !options.waitsForEnd) {
    for await (const bytes of connection.stream(sql, format)) {
      if (answer.isClosed) return;
      await answer.write(bytes, format);
    }
    answer.end(format);
    return;
  }
  await scratch.withFile(async (file) => {
    const result = await connection.run(withTarget(`\ninto outfile '${file}' `), 'Null');
    await answer.sendFile(file, format, { readRows: result.rowsRead, readBytes: result.bytesRead });
  });
};

const insertSql = (statement: InsertWithData, file: string): string => {
  if (statement.kind === 'insert-input') {
    return toSql(`${statement.before} file('${file}', '${statement.format}', ${statement.after}`);
  }
  const source = `from infile '${file}' compression 'none'`;
  return toSql(`${statement.into}\n${source}\n${statement.settings}\nformat ${statement.format}`);
};

const runInsert = (
  { connection, answer, options, scratch, body }: Job,
  parsed: ParsedRequest,
  statement: InsertWithData,
) =>
  scratch.withFile(async (file) => {
    const bytes = await body.writeTo(file, parsed.dataBefore, parsed.skip);
    if (bytes === 0) {
      answer.sendNothing(options.defaultFormat, {});
      return;
    }
    const { rowsRead, bytesRead } = await connection.run(insertSql(statement, file), 'Null');
    answer.sendNothing(options.defaultFormat, {
      readRows: rowsRead,
      readBytes: bytesRead,
      // What a query behind input() filters or multiplies is not known here.
      ...(statement.kind === 'insert-data' ? { writtenRows: rowsRead, writtenBytes: bytesRead } : {}),
    });
  });

/** Runs one parsed request on a connection that has its database and settings, and answers it. */
export const runStatement = async (job: Job, parsed: ParsedRequest): Promise<void> => {
  const { statement } = parsed;
  const { connection, answer, options } = job;
  switch (statement.kind) {
    case 'empty':
      throw syntaxError('Empty query');
    case 'many':
      throw syntaxError('Multi-statements are not allowed');
    case 'server-file':
      throw badRequest('INTO OUTFILE and FROM INFILE are not allowed over HTTP');
    case 'read':
      return runRead(job, statement);
    case 'insert-data':
    case 'insert-input':
      return runInsert(job, parsed, statement);
    case 'write': {
      const result = await connection.run(toSql(statement.sql), options.defaultFormat);
      answer.send(result.bytes, options.defaultFormat, { readRows: result.rowsRead, readBytes: result.bytesRead });
    }
  }
};
