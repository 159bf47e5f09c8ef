import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { hostname } from 'node:os';
import { Answer } from './answer';
import { BodyReader, openBody } from './body';
import type { Engine } from './engine';
import { codeOf, GatewayError, notImplemented, statusOf } from './gateway-error';
import { readOptions } from './options';
import { parseRequest, runStatement } from './run-statement';
import type { Scratch } from './scratch';

const sendError = (response: ServerResponse, error: unknown): void => {
  const message = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  const text = message.startsWith('Code:') ? message : `Code: ${code}. DB::Exception: ${message} (STD_EXCEPTION)`;
  if (response.headersSent) {
    // Too late for a status: a broken connection is the one answer that cannot be taken for a complete one.
    response.write(`\n${text}\n`, () => response.destroy());
    return;
  }
  response.removeHeader('Content-Encoding');
  response.writeHead(statusOf(code), {
    'Content-Type': 'text/plain; charset=UTF-8',
    'X-ClickHouse-Exception-Code': String(code),
  });
  response.end(`${text}\n`);
};

const handleStatement = async (
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  engine: Engine,
  scratch: Scratch,
): Promise<void> => {
  const startedAt = performance.now();
  const options = readOptions(request, url);
  response.setHeader('X-ClickHouse-Query-Id', options.queryId);
  response.setHeader('X-ClickHouse-Timezone', 'UTC');
  response.setHeader('X-ClickHouse-Server-Display-Name', hostname());
  if (options.sessionId) throw notImplemented('Sessions (session_id) are not supported');
  const body = new BodyReader(await openBody(request, engine, scratch));
  const parsed = await parseRequest(options.query, body);
  const { kind } = parsed.statement;
  if (request.method === 'GET' && kind !== 'read' && kind !== 'empty' && kind !== 'many') {
    throw new GatewayError(
      164,
      'READONLY',
      'Cannot execute query in readonly mode. For queries over HTTP, method GET implies readonly. You should use method POST for modifying queries',
    );
  }
  const connection = engine.connect();
  try {
    if (options.database) await connection.use(options.database);
    await connection.set(options.settings);
    await runStatement(
      { connection, options, answer: new Answer(request, response, options), body, scratch, startedAt },
      parsed,
    );
  } finally {
    connection.close();
  }
};

export const createGateway = (engine: Engine, scratch: Scratch): Server =>
  createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://gateway');
    const isQuery = url.searchParams.has('query') || request.method === 'POST';
    if (url.pathname === '/ping' || (url.pathname === '/' && !isQuery)) {
      response.writeHead(200, { 'Content-Type': 'text/plain; charset=UTF-8' });
      response.end('Ok.\n');
      return;
    }
    if (url.pathname !== '/') {
      request.resume();
      response.writeHead(404, { 'Content-Type': 'text/plain; charset=UTF-8' });
      response.end(`There is no handle ${url.pathname}\n`);
      return;
    }
    handleStatement(request, response, url, engine, scratch).catch((error: unknown) => {
      request.resume();
      sendError(response, error);
    });
  });
