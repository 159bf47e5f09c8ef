import type { DeliveryBatch, DeliveryOutcome, FieldValue } from '@millrace/contract-delivery';
import type { HttpClient } from '@millrace/platform-http';

import type { ChunkDeps } from '../delivery/chunk';
import { deliverChunk } from '../delivery/deliver-chunk';
import { DeliveryLedger } from '../delivery/delivery-ledger';
import { DestinationRuntime, type RuntimeSettings } from '../delivery/destination-runtime';
import type { JobName, Jobs, NewJob } from '../delivery/jobs';
import { createAccounts } from '../destinations/create-account';
import { destinationSchema, type DestinationEntry } from '../destinations/destination-file';
import type { ConfiguredDestination } from '../destinations/load-destinations';
import { NO_SINK } from './no-sink';

export const FAST: RuntimeSettings = { pauseMs: 50, circuitOpenMs: 40, backoffFirstMs: 5, backoffLongestMs: 20 };

/** An entry of the destinations file that maps `object`, and what is given besides. */
export function entryOf(
  kind: string,
  given: Partial<DestinationEntry> & { readonly object?: string } = {},
): DestinationEntry {
  const { object = 'lead', ...more } = given;
  const fields = { lead_score: { from: 'lead_score.score', trigger: { delta: 5 } } };
  const entry = destinationSchema.parse({ name: 'crm', kind, settings: {}, objects: [{ object, fields }] });
  return { ...entry, urgent_reserve: 0, ...more };
}

/** The runtime of one destination, with an account of its own. */
export function runtimeOf(
  configured: Omit<ConfiguredDestination, 'redact'>,
  client: HttpClient,
  settings: Partial<RuntimeSettings> = {},
): DestinationRuntime {
  const account = createAccounts([configured], { client }).get(configured.entry.name);
  if (account === undefined) throw new Error('no account');
  return new DestinationRuntime({ ...configured, redact: (text) => text }, account, { ...FAST, ...settings });
}

/** A batch of `records`, each by its id; the match key is an e-mail of it. */
export function batchOf(
  records: readonly (
    string | { readonly id: string; readonly key?: string; readonly fields?: Record<string, FieldValue> }
  )[],
  more: Partial<DeliveryBatch> = {},
): DeliveryBatch {
  return {
    destination: 'crm',
    object: 'lead',
    lane: 'batch',
    plan_id: 'p',
    run_id: 'r',
    chunk: 0,
    chunks: 1,
    as_of: 1,
    created_at: 1,
    accepted_at: null,
    ...more,
    records: records.map((given, index) => {
      const { id, key, fields } = typeof given === 'string' ? { id: given } : given;
      return {
        record_id: id,
        match_key: key ?? `${id}@example.com`,
        idempotency_key: `k-${id}`,
        reason: 'delta',
        fields: fields ?? { lead_score: index + 1 },
      };
    }),
  };
}

/** Jobs that are written down as long as this process lives. */
export class JobsInMemory implements Jobs {
  readonly decided: NewJob[] = [];

  find({ plan_id, chunk, batch }: JobName): string | undefined {
    return this.decided.find((job) => job.plan_id === plan_id && job.chunk === chunk && job.batch === batch)?.job;
  }

  decide(job: NewJob): Promise<string> {
    const before = this.find(job);
    if (before === undefined) this.decided.push(job);
    return Promise.resolve(before ?? job.job);
  }
}

export interface Delivered {
  readonly isDone: boolean;
  readonly outcomes: readonly DeliveryOutcome[];
  readonly notices: Notices;
  /** The final outcome of each record. */
  final(): Record<string, string>;
}

export interface Notices {
  readonly reach: string[];
  readonly paused: string[];
  readonly resumed: number[];
  readonly longWaits: { readonly until: number; readonly detail: string }[];
  outOfTime: number;
}

/** Delivers a batch without Kafka and ClickHouse: outcomes stay in memory. `deps` replaces what the run is to meet. */
export async function deliverInMemory(
  batch: DeliveryBatch,
  runtime: DestinationRuntime,
  deps: Partial<ChunkDeps> & { readonly onOutcomes?: (outcomes: readonly DeliveryOutcome[]) => void } = {},
): Promise<Delivered> {
  const outcomes: DeliveryOutcome[] = [];
  const notices: Notices = { reach: [], paused: [], resumed: [], longWaits: [], outOfTime: 0 };
  const { onOutcomes, ...given } = deps;
  const isDone = await deliverChunk(batch, {
    runtime,
    ledger: new DeliveryLedger(),
    sink: NO_SINK,
    jobs: new JobsInMemory(),
    publish: (rows) => {
      outcomes.push(...rows);
      onOutcomes?.(rows);
      return Promise.resolve();
    },
    isStale: () => false,
    isSuperseded: () => false,
    isStopped: () => false,
    isPrivacyKnown: () => true,
    refusalOf: () => null,
    waitsUntil: () => Infinity,
    givesUpAt: () => Infinity,
    onReach: (because) => notices.reach.push(because),
    onPaused: (detail) => notices.paused.push(detail),
    onResumed: () => notices.resumed.push(Date.now()),
    onLongWait: (until, detail) => notices.longWaits.push({ until, detail }),
    onOutOfTime: (_batch, records) => (notices.outOfTime += records),
    now: Date.now,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    ...given,
  });
  const final = (): Record<string, string> =>
    Object.fromEntries(outcomes.filter((one) => one.is_final).map((one) => [one.record_id, one.outcome]));
  return { isDone, outcomes, notices, final };
}
