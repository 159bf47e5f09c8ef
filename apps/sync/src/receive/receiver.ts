import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

import {
  DESTINATIONS,
  type ReceivedDelivery,
  type ReceivedRecord,
  type ReceivedRequest,
  type Receiving,
} from '@millrace/catalog-destinations';
import { ConfigError } from '@millrace/platform-errors';

import { describeRequest, type Signature } from './describe-request';

export interface ReceiverOptions {
  /** 0 lets the system choose. */
  readonly port: number;
  /** Requests are verified with it, and answered 401 when they do not fit. */
  readonly secret?: string | undefined;
  /** What is answered; a 2xx says that every record was accepted. */
  readonly status: number;
  readonly onRequest: (received: {
    readonly lines: readonly string[];
    readonly records: readonly ReceivedRecord[] | null;
  }) => void;
}

export interface Receiver {
  readonly url: string;
  close(): Promise<void>;
}

/** As much as a webhook may be told to send at once. */
const MOST_BYTES = 50_000_000;
const HOST = '127.0.0.1';
/** Of each kind of destination that can be received. */
const RECEIVING = DESTINATIONS.flatMap(({ receiving }) => receiving ?? []);

/** A webhook's other end for trying things out, on this machine only. It keeps nothing. */
export async function startReceiver(options: ReceiverOptions): Promise<Receiver> {
  const server = createServer((incoming, response) => {
    void readBody(incoming).then(
      (body) => {
        const { status, answer } = receive(incoming, body, options);
        response.writeHead(status, { 'content-type': 'application/json' }).end(answer);
      },
      () => response.writeHead(413).end(),
    );
  });
  try {
    server.listen(options.port, HOST);
    await once(server, 'listening');
  } catch (error) {
    throw new ConfigError(`Nothing can listen on port ${options.port}`, {
      advice: 'Choose another one with --port',
      cause: error,
    });
  }
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function receive(
  incoming: IncomingMessage,
  body: string,
  options: ReceiverOptions,
): { status: number; answer: string } {
  const at = new Date();
  const request = { headers: incoming.headers, body, receivedAt: at.getTime() };
  const { receiving, delivery } = readAs(request);
  const records = delivery?.records ?? null;
  const signature = signatureOf(request, options.secret, receiving === undefined ? RECEIVING : [receiving]);
  const isForged = signature === 'WRONG' || signature === 'MISSING';
  const status = isForged ? 401 : records === null ? 400 : options.status;
  const path = incoming.url ?? '/';
  options.onRequest({ lines: describeRequest({ at, path, delivery, signature, status }), records });
  const isAccepted = status >= 200 && status < 300;
  const accepted = isAccepted && records !== null ? receiving?.accept(records) : undefined;
  return { status, answer: accepted ?? JSON.stringify({ error: `answered ${status}` }) };
}

/** The first kind that reads a delivery in it. */
function readAs(request: ReceivedRequest): { receiving?: Receiving; delivery: ReceivedDelivery | null } {
  for (const receiving of RECEIVING) {
    const delivery = receiving.read(request);
    if (delivery !== null) return { receiving, delivery };
  }
  return { delivery: null };
}

/** What no kind reads may still be signed as one of them signs. */
function signatureOf(request: ReceivedRequest, secret: string | undefined, kinds: readonly Receiving[]): Signature {
  if (secret === undefined) return 'not checked';
  const found = kinds.map(({ verify }) => verify(request, secret));
  return found.includes('ok') ? 'ok' : found.includes('wrong') ? 'WRONG' : 'MISSING';
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of incoming) {
    bytes += (part as Buffer).length;
    if (bytes > MOST_BYTES) throw new Error('too large');
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString('utf8');
}
