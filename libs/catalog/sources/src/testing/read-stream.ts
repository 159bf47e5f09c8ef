import { createAccount, createHttpClient, Limits } from '@millrace/platform-http';

import type { Cursor, Page, PollSource } from '../source';

export interface ReadStream {
  /** Raw records of all pages, in order. */
  readonly records: readonly unknown[];
  readonly cursors: readonly Cursor[];
  /** Pages that were not one, by kind. */
  readonly others: readonly Page['kind'][];
}

export interface ReadOptions {
  readonly from?: Cursor;
  /** Called with each page that came: what happens at the other side meanwhile. */
  readonly onPage?: (page: Page) => void;
  readonly passes?: number;
  readonly mostPages?: number;
}

const MOST_PAGES = 500;

/** Reads a stream of a source as the collector does, with the real account of platform-http; waits for nothing that it is told to wait for. */
export async function readStream(
  source: PollSource,
  name: string,
  given: object,
  { from, onPage, passes = 1, mostPages = MOST_PAGES }: ReadOptions = {},
): Promise<ReadStream> {
  const settings: unknown = source.settings.parse(given);
  const stream = source.streams[name];
  if (stream === undefined) throw new Error(`${source.type} has no stream ${name}`);
  const client = createHttpClient();
  const auth = source.auth?.(settings);
  const account = createAccount({
    client,
    limits: new Limits([]),
    ...(auth === undefined ? {} : { auth }),
    timeoutMs: 2_000,
    allowPrivateAddresses: true,
  });
  const stop = new AbortController();
  const tools = { request: account.request.bind(account), now: Date.now, signal: stop.signal };
  const records: unknown[] = [];
  const cursors: Cursor[] = [];
  const others: Page['kind'][] = [];
  let cursor = from ?? stream.first(Date.now(), settings);
  try {
    let left = passes;
    for (let pages = 0; left > 0 && pages < mostPages; pages++) {
      const page = await stream.page(cursor, settings, tools);
      onPage?.(page);
      if (page.kind !== 'page') {
        others.push(page.kind);
        if (page.kind === 'refused') break;
        continue;
      }
      records.push(...page.records);
      // As it is written down and read again.
      cursor = JSON.parse(JSON.stringify(page.next)) as Cursor;
      cursors.push(cursor);
      if (page.isLast) left -= 1;
    }
  } finally {
    await client.close();
  }
  return { records, cursors, others };
}
