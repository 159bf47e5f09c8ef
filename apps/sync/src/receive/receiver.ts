import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

import { SIGNATURE_HEADER, TIMESTAMP_HEADER, verifySignature } from '@millrace/catalog-destinations';
import { ConfigError } from '@millrace/platform-errors';

import { describeRequest, parseDelivered, type Delivered, type Signature } from './describe-request';

export interface ReceiverOptions {
  /** 0 lets the system choose. */
  readonly port: number;
  /** Requests are verified with it, and answered 401 when they do not fit. */
  readonly secret?: string | undefined;
  /** What is answered; a 2xx says that every record was accepted. */
  readonly status: number;
  readonly onRequest: (received: { readonly lines: readonly string[]; readonly records: Delivered | null }) => void;
}

export interface Receiver {
  readonly url: string;
  close(): Promise<void>;
}

/** As much as a webhook may be told to send at once. */
const MOST_BYTES = 50_000_000;
const HOST = '127.0.0.1';

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
  const records = parseDelivered(body);
  const signature = signatureOf(incoming, body, options.secret);
  const isForged = signature === 'WRONG' || signature === 'MISSING';
  const status = isForged ? 401 : records === null ? 400 : options.status;
  const lane = incoming.headers['x-millrace-lane'];
  const request = { at: new Date(), path: incoming.url ?? '/', lane: lane === undefined ? undefined : String(lane) };
  options.onRequest({ lines: describeRequest({ ...request, records, signature, status }), records });
  const isAccepted = status >= 200 && status < 300;
  const results = (records ?? []).map(({ record_id }) => ({ record_id, status: 'accepted' }));
  return { status, answer: isAccepted ? JSON.stringify({ results }) : JSON.stringify({ error: `answered ${status}` }) };
}

function signatureOf({ headers }: IncomingMessage, body: string, secret: string | undefined): Signature {
  if (secret === undefined) return 'not checked';
  const [timestamp, signature] = [headers[TIMESTAMP_HEADER], headers[SIGNATURE_HEADER]];
  if (typeof timestamp !== 'string' || typeof signature !== 'string') return 'MISSING';
  return verifySignature(secret, { timestamp, signature }, body, Date.now() / 1000) ? 'ok' : 'WRONG';
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
