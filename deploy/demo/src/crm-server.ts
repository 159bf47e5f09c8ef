import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { verifySignature } from '@millrace/catalog-destinations';
import { z } from 'zod';

const bodySchema = z.array(
  z.object({
    record_id: z.string(),
    idempotency_key: z.string(),
    reason: z.string(),
    fields: z.record(z.string(), z.unknown()),
  }),
);

export interface Receipt {
  readonly recordId: string;
  readonly reason: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Epoch milliseconds, fractions included, on this process's clock. */
  readonly receivedAt: number;
}

/** A CRM's webhook receiver on this machine: checks signatures, answers per record, and has bad moments. */
export interface CrmServer {
  readonly url: string;
  readonly receipts: readonly Receipt[];
  /** Records taken more than once under the same idempotency key. */
  twice(): number;
  requests(): number;
  /** Requests answered with 429 or 503. */
  refusals(): number;
  close(): Promise<void>;
}

/** Every eleventh request meets a quota, every seventeenth a crash: what a sync has to live with. */
const moodOf = (request: number): 'fine' | 'throttled' | 'broken' =>
  request % 17 === 0 ? 'broken' : request % 11 === 0 ? 'throttled' : 'fine';

export async function startCrmServer(secret: string): Promise<CrmServer> {
  const receipts: Receipt[] = [];
  const taken = new Map<string, number>();
  let requests = 0;
  let refusals = 0;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const receivedAt = performance.timeOrigin + performance.now();
    const body = await text(request);
    const header = (name: string): string => String(request.headers[name] ?? '');
    const signed = { timestamp: header('x-millrace-timestamp'), signature: header('x-millrace-signature') };
    if (!verifySignature(secret, signed, body, Date.now() / 1000)) return void response.writeHead(401).end();
    requests += 1;
    const records = bodySchema.parse(JSON.parse(body));
    // Quotas keep a reserve for what is urgent, so a bad moment meets the batch.
    const mood = records.some(({ reason }) => reason === 'urgent') ? 'fine' : moodOf(requests);
    if (mood !== 'fine') {
      refusals += 1;
      return void (mood === 'throttled'
        ? response.writeHead(429, { 'retry-after': '1' }).end()
        : response.writeHead(503).end('try again'));
    }
    for (const { record_id: recordId, idempotency_key: key, reason, fields } of records) {
      taken.set(key, (taken.get(key) ?? 0) + 1);
      receipts.push({ recordId, reason, fields, receivedAt });
    }
    const results = records.map(({ record_id: id }) => ({ record_id: id, status: 'accepted' }));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ results }));
  };

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(400).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/records`,
    receipts,
    twice: () => [...taken.values()].filter((times) => times > 1).length,
    requests: () => requests,
    refusals: () => refusals,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
