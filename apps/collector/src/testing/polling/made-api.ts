import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { MadePage } from './made-poll-source';

export interface MadeApi {
  readonly url: string;
  /** `a 0`: the stream and the cursor that it was asked with. */
  readonly asked: string[];
  /** How many numbers each stream has. */
  counts: Readonly<Record<string, number>>;
  /** Streams that answer nobody. */
  readonly silent: Set<string>;
  close(): Promise<void>;
}

const PAGE = 50;

/** The numbers from 1 on of each stream, by pages, on 127.0.0.1. */
export async function createMadeApi(counts: Readonly<Record<string, number>>): Promise<MadeApi> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const stream = pathname.slice(1);
    const after = Number(searchParams.get('after'));
    api.asked.push(`${stream} ${after}`);
    if (api.silent.has(stream)) return;
    const left = Math.max(0, (api.counts[stream] ?? 0) - after);
    const records = Array.from({ length: Math.min(PAGE, left) }, (_, index) => ({ n: after + index + 1, stream }));
    const page: MadePage = { records, isLast: left <= PAGE };
    response.end(JSON.stringify(page));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const api: MadeApi = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    counts,
    silent: new Set(),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return api;
}
