import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { Answer } from './answer';
import { BodyReader, openBody } from './body';
import type { Engine } from './engine';
import { GatewayError } from './gateway-error';
import { Limiter } from './limiter';
import { isMultipart, readMultipart } from './multipart';
import { readOptions } from './options';
import { parseRequest } from './parse-request';
import { runStatement } from './run-statement';
import type { Scratch } from './scratch';
import { Sessions } from './sessions';

/** Statements at once; below the libuv threads (parts/clickhouse.ts), which file reads and writes need as well. */
const MOST_STATEMENTS = 24;

const READ_ONLY_METHODS = new Set(['GET', 'HEAD']);
const CHANGES = new Set(['write', 'insert-data', 'insert-input']);

export interface Gateway {
  server: Server;
  /** No statement runs or waits. */
  isIdle: () => boolean;
  /** Ends the sessions that are still open. */
  close: () => void;
}

const sendText = (response: ServerResponse, status: number, text: string): void => {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=UTF-8' });
  response.end(text);
};

export const createGateway = (engine: Engine, scratch: Scratch): Gateway => {
  const sessions = new Sessions(engine);
  const limiter = new Limiter(MOST_STATEMENTS);

  const answerStatement = async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    const parts = isMultipart(request) ? await readMultipart(request) : undefined;
    const parameters = new URLSearchParams([...url.searchParams, ...(parts ?? [])]);
    const options = readOptions(request, parameters);
    response.setHeader('X-ClickHouse-Query-Id', options.queryId);
    response.setHeader('X-ClickHouse-Timezone', 'UTC');
    const answer = new Answer(request, response, options);
    const body = new BodyReader(parts ? Readable.from([]) : await openBody(request, engine, scratch));
    const parsed = await parseRequest(options.query, body);
    if (READ_ONLY_METHODS.has(request.method ?? '') && CHANGES.has(parsed.statement.kind)) {
      throw new GatewayError(164, 'READONLY', 'Cannot execute query in readonly mode: use POST for modifying queries');
    }
    const work = sessions.withConnection(options, (connection) =>
      runStatement({ connection, options, answer, body, scratch }, parsed),
    );
    await work.catch((error: unknown) => answer.fail(error));
  };

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://gateway');
    const isStatement = url.searchParams.has('query') || request.method === 'POST';
    if (url.pathname === '/ping' || (url.pathname === '/' && !isStatement)) {
      sendText(response, 200, 'Ok.\n');
      return;
    }
    if (url.pathname !== '/') {
      sendText(response, 404, `There is no handle ${url.pathname}\n`);
      return;
    }
    limiter
      .run(() => answerStatement(request, response, url))
      .catch((error: unknown) => {
        new Answer(request, response, {}).fail(error);
      });
  });
  return { server, isIdle: () => limiter.isIdle, close: () => sessions.close() };
};
