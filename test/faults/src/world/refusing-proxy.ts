import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';

/** Errors of a ClickHouse server that is there but cannot take a write. */
export const REFUSALS = {
  'too many parts': { code: 252, name: 'TOO_MANY_PARTS' },
  'read-only': { code: 164, name: 'READONLY' },
  'out of disk': { code: 243, name: 'NOT_ENOUGH_SPACE' },
  'out of memory': { code: 241, name: 'MEMORY_LIMIT_EXCEEDED' },
} as const;
export type Refusal = keyof typeof REFUSALS;

export interface RefusingProxy {
  readonly url: string;
  /** Inserts that were refused so far. */
  readonly refused: number;
  /** Answers every insert with this error; null forwards again. */
  refuse(what: Refusal | null): void;
  close(): Promise<void>;
}

/** An HTTP proxy in front of ClickHouse that can answer inserts in its place. */
export async function refusingProxy(target: string): Promise<RefusingProxy> {
  let refusal: Refusal | null = null;
  let refused = 0;
  const forward = (incoming: IncomingMessage, body: Buffer, answer: ServerResponse): void => {
    const options = {
      method: incoming.method ?? 'POST',
      headers: { ...incoming.headers, 'content-length': body.length },
    };
    delete (options.headers as Record<string, unknown>)['transfer-encoding'];
    const outgoing = request(new URL(incoming.url ?? '/', target), options, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    outgoing.on('error', () => answer.destroy());
    outgoing.end(body);
  };
  const server = createServer((incoming, answer) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('error', () => answer.destroy());
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      if (refusal === null || !isInsert(incoming, body)) return forward(incoming, body, answer);
      const { code, name } = REFUSALS[refusal];
      refused += 1;
      answer.writeHead(500, { 'X-ClickHouse-Exception-Code': String(code), 'content-type': 'text/plain' });
      answer.end(`Code: ${code}. DB::Exception: a test says so. (${name})\n`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    get refused() {
      return refused;
    },
    refuse: (what) => {
      refusal = what;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function isInsert({ url = '' }: IncomingMessage, body: Buffer): boolean {
  const query = new URL(url, 'http://localhost').searchParams.get('query') ?? '';
  return /^(\s|--[^\n]*\n)*insert\b/i.test(`${query}${body.subarray(0, 4096).toString('latin1')}`);
}
