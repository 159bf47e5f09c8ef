import {
  ANY_TYPE,
  defineDestination,
  type Reading,
  type RecordOutcome,
  type Route,
  type Tools,
  type WireBatch,
} from '@millrace/catalog-destinations';
import type { DeliveryRecord } from '@millrace/contract-delivery';
import { z } from 'zod';

const settings = z.object({
  url: z.string(),
  /** Records of a plan from which on it goes as jobs. */
  bulk_from: z.int(),
  /** Records of a request. */
  most_records: z.int(),
  can_abort: z.boolean(),
});
type Settings = z.infer<typeof settings>;

interface Said {
  readonly job?: string;
  readonly state?: string;
  readonly results?: readonly { readonly record_id: string; readonly status: string }[];
}

const encode = (record: DeliveryRecord, _settings: Settings, { plan_id }: WireBatch['context']): string =>
  JSON.stringify({ ...record, plan_id });

/** The destination whose other side is `MadeCrm`. */
export const madeCrm = defineDestination<Settings>({
  kind: 'made_crm',
  title: 'Made CRM',
  settings,
  guarantee: 'exactly_once',
  account: ({ url }) => url,
  limits: () => [{ name: 'concurrency', kind: 'at_once', calls: 1 }],
  objects: {
    '*': {
      of: ['person', 'account'],
      match: ['email', 'id', 'crm_id'],
      modes: ['update', 'upsert', 'create'],
      fields: {},
      others: { name: /^.{1,200}$/, inWords: 'any name', takes: ANY_TYPE },
    },
  },
  timeoutMs: () => 10_000,
  allowsPrivateAddresses: () => true,
  routes: ({ bulk_from, most_records, can_abort }) => [
    {
      name: 'records',
      cut: { maxRecords: most_records, maxBytes: 1_000_000 },
      encode,
      deliver: async (batch, given, tools) => {
        const said = await ask(tools, given, 'POST', '/records', bodyOf(batch));
        return 'kind' in said ? said : { kind: 'records', outcomes: outcomesOf(said) };
      },
    },
    {
      name: 'jobs',
      from: bulk_from,
      cut: { maxRecords: 10_000, maxBytes: 10_000_000 },
      encode,
      deliver: async (_batch, given, tools) => {
        const said = await ask(tools, given, 'POST', '/jobs', '{}');
        return 'kind' in said ? said : { kind: 'started', job: said.job ?? '', pollAfterMs: 1_000 };
      },
      resume,
      ...(can_abort && {
        abort: async (job: string, given: Settings, tools: Tools) => {
          await ask(tools, given, 'DELETE', `/jobs/${job}`);
        },
      }),
    },
  ],
});

const resume: NonNullable<Route<Settings>['resume']> = async (job, batch, given, tools) => {
  const path = `/jobs/${job}`;
  let said = await ask(tools, given, 'GET', path);
  if (!('kind' in said) && said.state === 'open') {
    const uploaded = await ask(tools, given, 'PUT', path, bodyOf(batch));
    if ('kind' in uploaded) return uploaded;
    said = await ask(tools, given, 'GET', path);
  }
  if ('kind' in said) return said;
  if (said.state === 'at work') return { kind: 'started', job, pollAfterMs: 1_000 };
  return { kind: 'records', outcomes: outcomesOf(said) };
};

const bodyOf = ({ items }: WireBatch): string => `[${items.map(({ encoded }) => encoded).join(',')}]`;

const outcomesOf = ({ results = [] }: Said): RecordOutcome[] =>
  results.map(({ record_id, status }) => ({
    record_id,
    outcome: status === 'accepted' ? 'accepted' : 'rejected',
    detail: status,
  }));

async function ask(
  tools: Tools,
  { url }: Settings,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body = '',
): Promise<Said | Reading> {
  const answer = await tools.request({ method, url: `${url}${path}`, headers: {}, body });
  if (answer.kind === 'held') return { kind: 'throttled', waitMs: answer.waitMs, detail: answer.detail };
  if (answer.kind === 'failure') return { kind: answer.wasSent ? 'unknown' : 'unreachable', detail: answer.detail };
  if (answer.response.status >= 500) return { kind: 'retryable', detail: `HTTP ${answer.response.status}` };
  return JSON.parse(answer.response.body) as Said;
}
