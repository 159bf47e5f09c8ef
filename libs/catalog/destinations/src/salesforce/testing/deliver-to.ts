import type { DeliveryRecord } from '@millrace/contract-delivery';
import { createAccount, createHttpClient, Limits } from '@millrace/platform-http';

import { routeFor, type Reading, type Route, type Tools, type WireBatch, type WireContext } from '../../destination';
import { CONTEXT, createRecord, NO_SINK } from '../../testing/conformance';
import { createTools } from '../../wire/create-tools';
import { settleUnknown } from '../../wire/deliver-batch';
import { salesforce } from '../salesforce.destination';

export const client = createHttpClient();

export const settingsAt = (url: string, extra: Record<string, unknown> = {}): Record<string, unknown> => ({
  client_id: 'consumer-key',
  client_secret: 'consumer-secret',
  login_url: url,
  allowed_hosts: [new URL(url).host],
  allow_private_addresses: true,
  poll_seconds: 1,
  ...extra,
});

export const person = (id: string, fields: DeliveryRecord['fields'] = { Score__c: 72 }): DeliveryRecord => ({
  ...createRecord(id),
  fields,
});

/** What one process has: an account of its own, and nothing that it remembers of another's work. */
export interface Worker {
  readonly tools: Tools;
  readonly route: Route;
  readonly batch: WireBatch;
  readonly settings: unknown;
  deliver(): Promise<Reading>;
  resume(job: string): Promise<Reading>;
  /** To the end of the job, what is unknown looked up. */
  finish(): Promise<Reading>;
}

export interface Work {
  readonly records: readonly DeliveryRecord[];
  readonly context?: Partial<WireContext>;
  readonly settings?: Record<string, unknown>;
  /** Records of the plan. Default: those of the batch. */
  readonly planRecords?: number;
}

export function workerAt(url: string, { records, context: given, settings: extra, planRecords }: Work): Worker {
  const settings = salesforce.settings.parse(settingsAt(url, extra));
  const context: WireContext = { ...CONTEXT, object: 'Contact', mode: 'update', ...given };
  const account = createAccount({
    client,
    limits: new Limits([]),
    timeoutMs: 5_000,
    allowPrivateAddresses: salesforce.allowsPrivateAddresses(settings),
    ...(salesforce.auth === undefined ? {} : { auth: salesforce.auth(settings) }),
  });
  const signal = new AbortController().signal;
  const tools = createTools({ account, sink: NO_SINK, now: () => context.now, signal });
  const route = routeFor(salesforce.routes(settings), planRecords ?? records.length);
  const items = records.map((record) => {
    const encoded = route.encode(record, settings, context);
    if (typeof encoded !== 'string') throw new Error(encoded.refused);
    return { record, encoded };
  });
  const batch: WireBatch = { items, context };
  const deliver = (): Promise<Reading> => route.deliver(batch, settings, tools);
  const resume = (job: string): Promise<Reading> =>
    route.resume?.(job, batch, settings, tools) ?? Promise.reject(new Error('no resume'));
  return {
    tools,
    route,
    batch,
    settings,
    deliver,
    resume,
    async finish() {
      let reading = await deliver();
      for (let polls = 0; reading.kind === 'started' && polls < 20; polls++) reading = await resume(reading.job);
      return settleUnknown(salesforce, route, batch, reading, settings, tools);
    },
  };
}

/** `ann accepted, bob rejected`, or the kind of a reading that is not of records. */
export const inWords = (reading: Reading): string =>
  reading.kind === 'records'
    ? reading.outcomes.map(({ record_id, outcome }) => `${record_id} ${outcome}`).join(', ')
    : reading.kind;

/** Details by record. */
export const detailsOf = (reading: Reading): Record<string, string> =>
  Object.fromEntries(
    reading.kind === 'records' ? reading.outcomes.map(({ record_id, detail }) => [record_id, detail]) : [],
  );
