import { pollSource, quarantine, toSignal, type Page, type PollStream } from '@millrace/catalog-sources';
import { createSignal } from '@millrace/contract-signal';
import { z } from 'zod';

import type { Instance } from '../../instances/load-instances';

const settings = z.strictObject({ url: z.url() });
type Settings = z.output<typeof settings>;

/** What a page of the made API holds. */
export interface MadePage {
  readonly records: readonly { readonly n: number; readonly stream: string }[];
  readonly isLast: boolean;
}

const streamOf = (name: string): PollStream<Settings> => ({
  everySeconds: 1,
  first: () => ({ after: 0 }),
  page: async ({ after }, { url }, tools): Promise<Page> => {
    const answer = await tools.request({
      method: 'GET',
      url: `${url}/${name}?after=${String(after)}`,
      headers: {},
      body: '',
    });
    if (answer.kind !== 'response' || answer.response.status !== 200) return { kind: 'failed', detail: 'no page' };
    const { records, isLast } = JSON.parse(answer.response.body) as MadePage;
    return { kind: 'page', records, next: { after: records.at(-1)?.n ?? Number(after) }, isLast };
  },
});

/** Two lists of numbers that a server of the spec gives page by page. */
const made = pollSource<typeof settings>({
  type: 'made',
  title: 'Numbers',
  gives: ['signals'],
  settings,
  account: ({ url }) => url,
  limits: () => [{ name: 'at_once', kind: 'at_once', calls: 4 }],
  allowsPrivateAddresses: () => true,
  streams: { a: streamOf('a'), b: streamOf('b') },
  map: (raw, { instance, receivedAt }) => {
    const { n, stream } = raw as MadePage['records'][number];
    if (n % 100 === 99) return [quarantine('invalid_event', 'n: ends with 99')];
    const signal_id = `${stream}-${n}`;
    const facts = { type: 'made', source: instance, occurred_at: 1_000 * n, received_at: receivedAt, user_id: 'u' };
    return [toSignal(createSignal({ signal_id, ...facts }))];
  },
});

export const madeInstance = (name: string, url: string): Instance => ({
  name,
  type: made.type,
  source: made,
  settings: { url },
  redact: (text) => text,
  streams: {},
  history: false,
});
