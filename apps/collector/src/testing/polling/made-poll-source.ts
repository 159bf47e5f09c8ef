import { pollSource, quarantine, toSignal } from '@millrace/catalog-sources';
import { createSignal } from '@millrace/contract-signal';
import { z } from 'zod';

import type { Instance } from '../../instances/load-instances';

const settings = z.strictObject({ url: z.url() });

const STREAM = {
  everySeconds: 1,
  first: () => ({ after: 0 }),
  page: async (
    cursor: { readonly [name: string]: unknown },
    { url }: z.output<typeof settings>,
    tools: { request: (request: { method: 'GET'; url: string; headers: object; body: string }) => Promise<unknown> },
  ) => {
    const answer = (await tools.request({ method: 'GET', url: `${url}?after=${String(cursor['after'])}`, headers: {}, body: '' })) as {
      kind: string;
      response?: { status: number; body: string };
      detail?: string;
    };
    if (answer.response?.status !== 200) return { kind: 'failed', detail: answer.detail ?? 'not 200' } as const;
    const { records, isLast } = JSON.parse(answer.response.body) as { records: { n: number }[]; isLast: boolean };
    const last = records.at(-1)?.n ?? Number(cursor['after']);
    return { kind: 'page', records, next: { after: last }, isLast } as const;
  },
};

/** Lists of numbers that a server of the spec gives page by page. */
const made = pollSource<typeof settings>({
  type: 'made',
  title: 'Numbers',
  gives: ['signals'],
  settings,
  account: ({ url }) => url,
  limits: () => [{ name: 'at_once', kind: 'at_once', calls: 4 }],
  allowsPrivateAddresses: () => true,
  streams: { odd: STREAM as never, even: STREAM as never },
  map: (raw, { instance, receivedAt }) => {
    const { n, stream } = raw as { n: number; stream: string };
    if (n < 0) return [quarantine('invalid_event', 'n: less than 0')];
    const signal_id = `${stream}-${n}`;
    return [toSignal(createSignal({ signal_id, type: 'made', source: instance, occurred_at: 1, received_at: receivedAt, user_id: 'u' }))];
  },
});

/** `urls`: by stream where its pages are. */
export const madeInstance = (name: string, url: string): Instance => ({
  name,
  type: made.type,
  source: made,
  settings: { url },
  redact: (text) => text,
  streams: {},
  history: false,
});
