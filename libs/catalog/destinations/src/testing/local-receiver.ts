import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as a receiver saw it whole. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly receivedAt: number;
}

/** What a receiver does with a request: an answer, or the ways in which real ones misbehave. */
export type Behaviour =
  | {
      readonly do: 'answer';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  /** Takes the whole request and never answers. */
  | { readonly do: 'hang' }
  /** Takes the whole request and cuts the connection. */
  | { readonly do: 'cut' }
  | { readonly do: 'wait'; readonly ms: number; readonly then: Behaviour };

export interface LocalReceiver {
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
  close(): Promise<void>;
}

/** A real HTTP server on 127.0.0.1 that answers as `behave` says: for conformance suites, trials and the demo. */
export async function createLocalReceiver(
  behave: (request: ReceivedRequest, index: number) => Behaviour,
  port = 0,
): Promise<LocalReceiver> {
  const requests: ReceivedRequest[] = [];
  const server = createServer((incoming, response) => {
    void readRequest(incoming).then((request) => {
      requests.push(request);
      perform(behave(request, requests.length - 1), response);
    });
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () => closeServer(server),
  };
}

async function readRequest(incoming: IncomingMessage): Promise<ReceivedRequest> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  return {
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    headers: Object.fromEntries(Object.entries(incoming.headers).map(([key, value]) => [key, String(value)])),
    body: Buffer.concat(parts).toString('utf8'),
    receivedAt: Date.now(),
  };
}

function perform(behaviour: Behaviour, response: ServerResponse): void {
  switch (behaviour.do) {
    case 'answer':
      response.writeHead(behaviour.status, behaviour.headers);
      response.end(behaviour.body ?? '');
      return;
    case 'cut':
      response.socket?.destroy();
      return;
    case 'wait':
      setTimeout(() => perform(behaviour.then, response), behaviour.ms);
      return;
    case 'hang':
  }
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
