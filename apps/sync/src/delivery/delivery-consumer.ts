import {
  deliveryBatchSchema,
  deliveryTopic,
  type DeliveryBatch,
  type DeliveryOutcome,
  type Lane,
} from '@millrace/contract-delivery';
import {
  createBatchConsumer,
  type BatchConsumer,
  type BatchContext,
  type KafkaClient,
  type KafkaLog,
  type RecordBatchView,
} from '@millrace/platform-kafka';

import { IDLE_FETCH_MS } from '../idle-fetch';
import type { ChunkDeps } from './chunk';
import { deliverChunk } from './deliver-chunk';
import { DeliveryLedger } from './delivery-ledger';
import type { DestinationRuntime } from './destination-runtime';
import type { OutcomesRepository } from './outcomes.repository';
import type { RecordPlace, UnreadRecords } from '../unread-records';
import { loadAccepted, type LastAcceptedRepository } from './last-accepted.repository';
import type { Privacy } from './privacy';
import { assertKnownWords } from './wire-context';

export interface DeliveryConsumerDeps {
  readonly kafka: KafkaClient;
  readonly topicPrefix: string;
  readonly lane: Lane;
  readonly sessionTimeoutMs: number;
  readonly runtime: DestinationRuntime;
  readonly outcomes: OutcomesRepository;
  readonly lastAccepted: LastAcceptedRepository;
  readonly publish: (outcomes: readonly DeliveryOutcome[]) => Promise<void>;
  /** Everything recorded so far is in ClickHouse, every decision is read, and the calls of the day are counted. */
  readonly waitForPast: () => Promise<void>;
  readonly isSuperseded: (batch: DeliveryBatch) => boolean;
  /** Epoch milliseconds; undefined: it is not a plan that is current. */
  readonly plannedAt: (batch: DeliveryBatch) => number | undefined;
  readonly privacy: Privacy;
  readonly unread: UnreadRecords;
  /** What is the same for all chunks. */
  readonly chunk: Omit<
    ChunkDeps,
    'runtime' | 'ledger' | 'publish' | 'isStale' | 'isSuperseded' | 'isPrivacyKnown' | 'refusalOf' | 'now' | 'sleep'
  >;
  /** A chunk is done with: every record of it has a final outcome. */
  readonly onDone: (batch: DeliveryBatch) => Promise<void>;
  readonly log: KafkaLog;
}

const HEARTBEAT_MS = 1_000;
/** A process that has not reached the coordinator for this part of the session must assume that another has taken over. */
const LEASE_SHARE = 2 / 3;
/** Longer than a delivery topic keeps records. */
const URGENT_LEDGER_MS = 15 * 86_400_000;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Works off one destination's topic of one lane, chunk by chunk. An offset is committed after all outcomes of its chunk
 * are in the log, so a chunk interrupted anywhere is read again, and what the recorded outcomes say is done is left out.
 * It stops at a record that is not a batch.
 */
export function createDeliveryConsumer(deps: DeliveryConsumerDeps): BatchConsumer {
  const { runtime, lane, topicPrefix, unread, log } = deps;
  const groupId = `${topicPrefix}sync-${runtime.name}${lane === 'urgent' ? '-urgent' : ''}`;
  const { name } = deliveryTopic(runtime.name, lane, topicPrefix);
  const ledger = new DeliveryLedger();
  let preparedEpoch = -1;
  let preparing: Promise<void> | undefined;

  /** Once for each assignment: whoever had the partition before may have sent what this process does not know of. */
  const prepare = (epoch: number): Promise<void> => {
    if (preparedEpoch === epoch && preparing !== undefined) return preparing;
    preparedEpoch = epoch;
    preparing = (async () => {
      ledger.takeOver();
      await deps.waitForPast();
      if (lane === 'batch') return;
      for (const row of await deps.outcomes.urgentLedger(runtime.name, Date.now() - URGENT_LEDGER_MS)) {
        ledger.load(row.plan_id, [row]);
      }
    })();
    preparing.catch(() => (preparedEpoch = -1));
    return preparing;
  };

  const loadPlan = async (batch: DeliveryBatch): Promise<void> => {
    if (lane === 'urgent' || ledger.isLoaded(batch.plan_id)) return;
    ledger.load(batch.plan_id, await deps.outcomes.ledgerOfPlan(batch));
  };

  return createBatchConsumer({
    kafka: deps.kafka,
    groupId,
    topics: [name],
    partitionsConsumedConcurrently: lane === 'urgent' ? 3 : 1,
    sessionTimeoutMs: deps.sessionTimeoutMs,
    maxBytesPerPartition: 8 * 1024 * 1024,
    maxBytes: 16 * 1024 * 1024,
    maxWaitTimeMs: IDLE_FETCH_MS,
    // An empty group start must not cost a warm worker its time to the first urgent record.
    backoff: { firstMs: 200, longestMs: 10_000 },
    log,
    hooks: {
      onAssigned: (_assignment, epoch) => {
        unread.forget(name);
        void prepare(epoch).catch(() => undefined);
      },
    },
    onBatch: async (records, context) => {
      await withHeartbeats(context, deps.sessionTimeoutMs * LEASE_SHARE, async (isAlive) => {
        await prepare(context.epoch);
        const isStale = (): boolean => context.isStale() || !isAlive();
        if (lane === 'batch') await inOrder(records, context, isStale);
        else await atOnce(records, context, isStale);
      });
    },
  });

  /** A plan's chunks one after the other: tier comes first. */
  async function inOrder(records: RecordBatchView, context: BatchContext, isStale: () => boolean): Promise<void> {
    for (const { value, offset } of records.records()) {
      const read = readBatch(value);
      if (!('batch' in read)) return unread.stopAt(context, placeOf(records, offset), groupId, read.problem);
      if (isStale() || !(await deliver(read.batch, isStale))) return;
      context.resolve(offset + 1n);
      await context.commit(offset + 1n);
    }
  }

  /** Urgent records do not wait for each other, but for those of the same record. */
  async function atOnce(records: RecordBatchView, context: BatchContext, isStale: () => boolean): Promise<void> {
    const lastOfKey = new Map<string, Promise<boolean>>();
    let stop: { readonly offset: bigint; readonly problem: unknown } | undefined;
    for (const { key, value, offset } of records.records()) {
      const read = readBatch(value);
      if (!('batch' in read)) {
        stop = { offset, problem: read.problem };
        break;
      }
      const before = lastOfKey.get(String(key)) ?? Promise.resolve(true);
      lastOfKey.set(
        String(key),
        before.then((isDone) => isDone && deliver(read.batch, isStale)),
      );
    }
    const ends = await Promise.allSettled(lastOfKey.values());
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
    if (!ends.every((end) => end.status === 'fulfilled' && end.value)) {
      // Read again from here; what is done is known.
      context.resolve(records.fetchedOffset);
      return;
    }
    await context.commit(stop?.offset);
    if (stop !== undefined) unread.stopAt(context, placeOf(records, stop.offset), groupId, stop.problem);
  }

  /** True when the batch is done with. */
  async function deliver(batch: DeliveryBatch, isStale: () => boolean): Promise<boolean> {
    await loadPlan(batch);
    const { lastAccepted } = deps;
    const fence = runtime.fenceOf(batch.object);
    const isLedgerWhole = ledger.isWholeSince(deps.plannedAt(batch) ?? 0);
    await loadAccepted(batch, { fence, ledger, lastAccepted, isLedgerWhole, now: Date.now, log });
    const isDone = await deliverChunk(batch, {
      ...{ ...deps.chunk, runtime, ledger, publish: deps.publish, isStale, now: Date.now, sleep },
      isSuperseded: () => deps.isSuperseded(batch),
      isPrivacyKnown: () => deps.privacy.isKnown(),
      refusalOf: (record) => deps.privacy.refusalOf(record, batch),
    });
    if (isDone) await deps.onDone(batch);
    return isDone;
  }
}

/** Keeps the membership alive during long chunks. `isAlive` turns false when it is over; that error is raised at the end. */
async function withHeartbeats(
  context: BatchContext,
  leaseMs: number,
  work: (isAlive: () => boolean) => Promise<void>,
): Promise<void> {
  let lastBeat = Date.now();
  let lost: unknown;
  const timer = setInterval(() => {
    context.heartbeat().then(
      () => (lastBeat = Date.now()),
      (error: unknown) => (lost ??= error ?? new Error('heartbeat failed')),
    );
  }, HEARTBEAT_MS);
  try {
    await work(() => lost === undefined && Date.now() - lastBeat < leaseMs);
  } finally {
    clearInterval(timer);
  }
  if (lost !== undefined) throw lost;
}

const placeOf = ({ topic, partition }: RecordBatchView, offset: bigint): RecordPlace => ({ topic, partition, offset });

function readBatch(value: Buffer | null): { readonly batch: DeliveryBatch } | { readonly problem: unknown } {
  try {
    const batch = deliveryBatchSchema.parse(JSON.parse(String(value)));
    assertKnownWords(batch);
    return { batch };
  } catch (problem) {
    return { problem };
  }
}
