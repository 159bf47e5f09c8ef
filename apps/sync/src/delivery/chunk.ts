import type { Route, Sink, WireContext, WireItem } from '@millrace/catalog-destinations';
import type { DeliveryBatch, DeliveryOutcome, DeliveryRecord } from '@millrace/contract-delivery';

import type { Bisection, Halving } from './bisection';
import type { DeliveryLedger } from './delivery-ledger';
import type { DestinationRuntime } from './destination-runtime';
import type { Jobs } from './jobs';

export interface ChunkDeps {
  readonly runtime: DestinationRuntime;
  readonly ledger: DeliveryLedger;
  readonly sink: Sink;
  /** The jobs of the other side that are written down. */
  readonly jobs: Jobs;
  /** Resolves once the outcomes are in the log on all in-sync replicas. */
  readonly publish: (outcomes: readonly DeliveryOutcome[]) => Promise<void>;
  /** This process no longer owns the chunk, or stops: nothing more is sent. */
  readonly isStale: () => boolean;
  /** A newer plan is current: what is not sent yet is superseded. */
  readonly isSuperseded: () => boolean;
  /** People stopped the destination: nothing is sent until they let it go on. */
  readonly isStopped: () => boolean;
  /** False while it is not known what may not be sent: nothing is, until it is. */
  readonly isPrivacyKnown: () => boolean;
  /** Why a record must not be sent now, in words; null: it may. */
  readonly refusalOf: (record: DeliveryRecord) => string | null;
  /** How long a destination that cannot be reached is waited for, epoch milliseconds. */
  readonly waitsUntil: (batch: DeliveryBatch) => number;
  /** What is not sent by then is not sent any more, epoch milliseconds; Infinity: it is, whenever it can. */
  readonly givesUpAt: (batch: DeliveryBatch) => number;
  /** Once for each change; empty: it was reached. */
  readonly onReach: (unreachableBecause: string) => void;
  readonly onPaused: (detail: string) => void;
  readonly onResumed: () => void;
  /** It asked to be left alone beyond the time that the chunk is waited for; epoch milliseconds. Once for each wait. */
  readonly onLongWait: (until: number, detail: string) => void;
  /** So many records of the batch were not sent in time. */
  readonly onOutOfTime: (batch: DeliveryBatch, records: number) => void;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** One logical batch on its way. */
export interface Chunk {
  readonly batch: DeliveryBatch;
  readonly deps: ChunkDeps;
  readonly route: Route;
  readonly contextFor: (record: DeliveryRecord) => WireContext;
  readonly bisection: Bisection;
  /** Raised once the chunk is stale. */
  readonly signal: AbortSignal;
  /** Takes what waits of a refused batch out of the queue. */
  readonly withdraw: (halving: Halving) => readonly WireItem[];
}

/** Items of one mode that go out together, when and how often they have. */
export interface Sending {
  /** Those that are done with may be among them. */
  readonly items: readonly WireItem[];
  /** Attempts used up. */
  readonly spent: number;
  /** Epoch milliseconds. */
  readonly notBefore: number;
  /** How often nobody was there. */
  readonly misses: number;
  /**
   * Names the job that they get: key of the request as it was cut, and the way from there through jobs that have ended. So a restart
   * finds the job that is under way, whatever is done with by then.
   */
  readonly job: string;
  /** Where it is a part of a batch that was refused whole. */
  readonly halving?: Halving;
}

export const isDone = ({ batch, deps }: Chunk, { record }: WireItem): boolean =>
  deps.ledger.isDone(batch.plan_id, record.idempotency_key);

/** Why nothing more of the chunk is sent, in words; null: it is. */
export function endOf({ batch, deps }: Chunk): string | null {
  if (deps.isSuperseded()) return 'A newer plan is current';
  return deps.now() >= deps.givesUpAt(batch) ? OUT_OF_TIME : null;
}

export const OUT_OF_TIME = 'out_of_time';
