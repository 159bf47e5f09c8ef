import type { DeliveryRecord, FieldValue } from '@millrace/contract-delivery';
import {
  createTools,
  deliverBatch,
  destinationOfKind,
  routeFor,
  type MappedObject,
  type Reading,
  type Sink,
  type Tools,
  type WireContext,
} from '@millrace/catalog-destinations';
import { createAccount, createHttpClient, Limits } from '@millrace/platform-http';
import type { PostgresServer } from '@millrace/platform-testing';

export const postgres = destinationOfKind('postgres');

/** Settings as a user writes them, for a server that a spec started. */
export const postgresSettings = (
  { host, port, database, user, password }: PostgresServer,
  more: Record<string, unknown> = {},
): Record<string, unknown> => ({
  ...{ host, port, database, user, password, tls: 'off' },
  ...{ allow_private_addresses: true, timeout_seconds: 10, ...more },
});

export const MAPPED: readonly MappedObject[] = [
  {
    object: 'lead',
    of: 'person',
    matches: ['email'],
    fields: {
      lead_score: 'number',
      lead_grade: 'text',
      reasons: 'list',
      urgent_reason: 'text',
    },
  },
];

export const CONTEXT: WireContext = {
  destination: 'warehouse',
  object: 'lead',
  subject: 'person',
  match: 'email',
  mode: 'upsert',
  lane: 'batch',
  plan_id: 'plan-1',
  run_id: 'run-1',
  chunk: 0,
  as_of: Date.UTC(2026, 0, 5, 7),
  now: Date.UTC(2026, 0, 5, 7, 5),
};

export const createRecord = (id: string, fields: Record<string, FieldValue>, key = 'key'): DeliveryRecord => ({
  record_id: id,
  match_key: `${id}@example.com`,
  idempotency_key: `${key}-${id}`,
  reason: 'delta',
  fields,
});

/** What the runtime gives to a destination, without limits. Nothing goes out by HTTP. */
export function createSinkTools(sink: Sink, now = (): number => CONTEXT.now): Tools {
  const client = createHttpClient();
  const account = createAccount({ client, limits: new Limits([]), timeoutMs: 1_000, allowPrivateAddresses: false });
  return createTools({ account, sink, now, signal: new AbortController().signal });
}

/** One delivery as the runtime makes it. */
export async function deliver(
  given: Record<string, unknown>,
  records: readonly DeliveryRecord[],
  tools: Tools,
  changed: Partial<WireContext> = {},
): Promise<Reading> {
  const settings = postgres.settings.parse(given);
  const context = { ...CONTEXT, ...changed };
  const route = routeFor(postgres.routes(settings), records.length);
  const items = records.map((record) => {
    const encoded = route.encode(record, settings, context);
    if (typeof encoded !== 'string') throw new Error(encoded.refused);
    return { record, encoded };
  });
  return deliverBatch(postgres, route, { items, context }, settings, tools);
}

/** What a delivery came to, a word for each record; else the kind of the reading. */
export const outcomesOf = (reading: Reading): string[] =>
  reading.kind === 'records' ? reading.outcomes.map(({ outcome }) => outcome) : [reading.kind];
