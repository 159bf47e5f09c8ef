import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FastReceiver {
  readonly url: string;
  /** Records taken so far. */
  readonly received: () => number;
  /** Records with an idempotency key that came before. */
  readonly twice: () => number;
  /** Record id to when it came first, epoch ms. */
  readonly arrivals: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

interface ReceivedRecord {
  readonly record_id: string;
  readonly idempotency_key: string;
}

/** A webhook that accepts every record at once. */
export async function createFastReceiver(): Promise<FastReceiver> {
  const keys = new Set<string>();
  const arrivals = new Map<string, number>();
  let received = 0;
  const server = createServer((incoming, response) => {
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', () => {
      const records = JSON.parse(Buffer.concat(parts).toString('utf8')) as ReceivedRecord[];
      received += records.length;
      const now = Date.now();
      for (const { record_id: id, idempotency_key: key } of records) {
        keys.add(key);
        if (!arrivals.has(id)) arrivals.set(id, now);
      }
      const results = records.map(({ record_id }) => ({ record_id, status: 'accepted' }));
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ results }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: () => received,
    twice: () => received - keys.size,
    arrivals,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
