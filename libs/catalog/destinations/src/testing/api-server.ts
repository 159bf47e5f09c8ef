import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

import type { ReceivedRequest } from './local-receiver';

export interface ApiAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text, or what becomes JSON. */
  readonly body?: unknown;
}

/**
 * What happens to a write request instead of what the API would do. `cut: after`: it is applied, then the connection is cut.
 * `drip_ms`: it is applied, and the answer comes a byte at a time.
 */
export type Fault =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | { readonly cut: 'after' | 'before' }
  | { readonly drip_ms: number }
  | { readonly hang: true };

/** What the made API does with a request. `apply` changes what it has, and is not called where a fault stands in its way. */
export interface ApiAction {
  readonly isWrite: boolean;
  apply(): ApiAnswer;
}

export interface ApiServer {
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
  /** How many of them were writes. */
  readonly writeRequests: number;
  /** Of writes, counted from 1 since this call: `2`, `1-4`, `1-` for ever. */
  setFaults(faults: Readonly<Record<string, Fault>>): void;
  close(): Promise<void>;
}

/** An API made for tests on 127.0.0.1: what it does is `act`, and how it misbehaves is told by number of the write request. */
export async function createApiServer(act: (request: ReceivedRequest) => ApiAction, port = 0): Promise<ApiServer> {
  const requests: ReceivedRequest[] = [];
  let faults: readonly (readonly [from: number, to: number, fault: Fault])[] = [];
  let writes = 0;
  let sinceFaults = 0;
  const server = createServer((incoming, response) => {
    void readRequest(incoming).then(
      (request) => {
        requests.push(request);
        const action = act(request);
        if (!action.isWrite) return send(response, action.apply());
        writes += 1;
        sinceFaults += 1;
        const fault = faults.find(([from, to]) => sinceFaults >= from && sinceFaults <= to)?.[2];
        misbehave(response, action, fault);
      },
      () => response.socket?.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    get writeRequests() {
      return writes;
    },
    setFaults: (given) => {
      sinceFaults = 0;
      faults = Object.entries(given).map(([numbers, fault]) => {
        const [from = '', to] = numbers.split('-');
        return [Number(from), to === undefined ? Number(from) : to === '' ? Infinity : Number(to), fault] as const;
      });
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function readRequest(incoming: IncomingMessage): Promise<ReceivedRequest> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  const bytes = Buffer.concat(parts);
  const isZipped = incoming.headers['content-encoding'] === 'gzip';
  return {
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    headers: Object.fromEntries(Object.entries(incoming.headers).map(([key, value]) => [key, String(value)])),
    body: (isZipped ? gunzipSync(bytes) : bytes).toString('utf8'),
    receivedAt: Date.now(),
  };
}

function misbehave(response: ServerResponse, action: ApiAction, fault: Fault | undefined): void {
  if (fault === undefined) return send(response, action.apply());
  if ('hang' in fault) return;
  if ('status' in fault) return send(response, { ...fault, headers: timed(fault.headers) });
  if ('cut' in fault) {
    if (fault.cut === 'after') action.apply();
    response.socket?.destroy();
    return;
  }
  const { status, headers, body } = action.apply();
  response.writeHead(status, headersOf(headers, body));
  drip(response, Buffer.from(textOf(body)), fault.drip_ms);
}

function drip(response: ServerResponse, bytes: Buffer, everyMs: number): void {
  let sent = 0;
  const timer = setInterval(() => {
    if (response.destroyed || sent >= bytes.length) {
      clearInterval(timer);
      response.end();
      return;
    }
    response.write(bytes.subarray(sent, (sent += 1)));
  }, everyMs);
}

/** `{now+2s}` is a date of HTTP, `{epoch+2}` are epoch seconds. */
const timed = (headers: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      value
        .replace(/\{now\+(\d+)s\}/, (_, seconds: string) => new Date(Date.now() + Number(seconds) * 1000).toUTCString())
        .replace(/\{epoch\+(\d+)\}/, (_, seconds: string) => String(Math.floor(Date.now() / 1000) + Number(seconds))),
    ]),
  );

function send(response: ServerResponse, { status, headers, body }: ApiAnswer): void {
  response.writeHead(status, headersOf(headers, body));
  response.end(textOf(body));
}

const headersOf = (headers: ApiAnswer['headers'], body: unknown): Record<string, string> => ({
  ...(body === undefined || typeof body === 'string' ? {} : { 'content-type': 'application/json;charset=utf-8' }),
  ...headers,
});

const textOf = (body: unknown): string =>
  body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
