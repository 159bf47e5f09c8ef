import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';

export interface HttpProxy {
  readonly url: string;
  close(): Promise<void>;
}

/** A request on its way to ClickHouse. */
export interface Call {
  /** Path and query, where ClickHouse takes its settings, parameters and sometimes the statement. */
  readonly url: URL;
  /** The statement, wherever it is. */
  readonly statement: string;
}

/** What a test does with a call: answers in the place of ClickHouse, or sends it on to another URL. */
export type Treatment =
  { readonly status: number; readonly headers: Record<string, string>; readonly text: string } | URL;

/** An HTTP proxy in front of ClickHouse that looks at every call. */
export async function httpProxy(
  target: string,
  treat: (call: Call) => Treatment | Promise<Treatment>,
): Promise<HttpProxy> {
  const forward = (url: URL, incoming: IncomingMessage, body: Buffer, answer: ServerResponse): void => {
    const headers: Record<string, unknown> = { ...incoming.headers, 'content-length': body.length };
    delete headers['transfer-encoding'];
    const options = { method: incoming.method ?? 'POST', headers: headers as Record<string, string> };
    const outgoing = request(url, options, (response) => {
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
      const url = new URL(incoming.url ?? '/', target);
      const head = body.subarray(0, 4096).toString('latin1');
      const statement = `${url.searchParams.get('query') ?? ''}${head}`.replace(/^(\s|--[^\n]*\n)+/, '');
      void Promise.resolve(treat({ url, statement })).then((treatment) => {
        if (treatment instanceof URL) return forward(treatment, incoming, body, answer);
        answer.writeHead(treatment.status, treatment.headers);
        answer.end(treatment.text);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
