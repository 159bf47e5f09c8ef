import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LoggedStatement {
  /** `insert into signal_rows`, `select from signals_raw`: enough to tell the stages of a step apart. */
  readonly name: string;
  readonly startedAt: number;
  readonly milliseconds: number;
}

export interface StatementLog {
  readonly url: string;
  readonly statements: readonly LoggedStatement[];
  close(): Promise<void>;
}

const PREVIEW_BYTES = 16_384;

/** Stands before ClickHouse and writes down how long each statement took, from its first byte to the last of its answer. */
export async function createStatementLog(target: string): Promise<StatementLog> {
  const statements: LoggedStatement[] = [];
  const { hostname, port } = new URL(target);
  const server = createServer((incoming, outgoing) => {
    const startedAt = performance.now();
    let preview = decodeURIComponent(/[?&]query=([^&]*)/.exec(incoming.url ?? '')?.[1]?.replaceAll('+', ' ') ?? '');
    const forwarded = httpRequest(
      { hostname, port, path: incoming.url, method: incoming.method, headers: incoming.headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
        answer.once('end', () =>
          statements.push({ name: nameOf(preview), startedAt, milliseconds: performance.now() - startedAt }),
        );
      },
    );
    forwarded.once('error', () => outgoing.destroy());
    incoming.on('data', (chunk: Buffer) => {
      if (preview.length < PREVIEW_BYTES) preview += chunk.toString('latin1');
    });
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    statements,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Names are bound as parameters ({target: Identifier}.x) or written out (db.x). */
function nameOf(sql: string): string {
  const text = sql.replace(/--.*$/gm, '').replaceAll(/\{\w+: Identifier\}\./g, '');
  const table = (pattern: RegExp): string => pattern.exec(text)?.[1]?.replace(/^\w+\./, '') ?? '?';
  if (/^\s*insert/i.test(text)) return `insert into ${table(/into\s+([\w.]+)/i)}`;
  const called = /\bas (checksum_sum|folded_through|record|kind|raw|offsets)\b/i.exec(text)?.[1];
  return `select ${called === undefined ? '' : `${called} `}from ${table(/from\s+([\w.]+)/i)}`;
}
