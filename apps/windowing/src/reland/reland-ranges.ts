import { describeError, RetryableError } from '@millrace/platform-errors';
import {
  createBatchConsumer,
  forgetPrivateGroup,
  privateGroup,
  type BatchConsumer,
  type KafkaClient,
  type KafkaLog,
  type RecordBatchView,
  type TopicPartition,
} from '@millrace/platform-kafka';

import type { WindowingConfig } from '../app.config';
import { Chunk } from '../landing/flush/chunk';
import { storeChunk, type StoreDeps } from '../landing/flush/store-chunk';
import { landBatch } from '../landing/intake/land-batch';
import type { Lane } from '../landing/partitions/lane';
import type { LogReader } from '../landing/partitions/read-history';

/** What one call has at hand. */
export interface RelandDeps extends StoreDeps {
  readonly kafka: KafkaClient;
  readonly config: WindowingConfig;
  readonly logReader: Pick<LogReader, 'bounds'>;
  readonly log: KafkaLog;
}

/** Offsets [from, to) of one partition of the topic. */
export interface PartitionRange {
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

interface Progress {
  readonly lane: Lane;
  readonly to: number;
  next: number;
}

const EPOCH = 1;
/** Nothing new for so long: the broker is away, or a partition of it. */
const LONGEST_SILENCE_MS = 60_000;

/**
 * Reads ranges of one topic again with a reader of its own and lands, quarantines or records as skipped every offset of them,
 * by the rules of landing. What is landed already is landed once more, which sealing collapses. No position is published.
 */
export async function relandRanges(deps: RelandDeps, topic: string, ranges: readonly PartitionRange[]): Promise<void> {
  const { settings, config, kafka, log } = deps;
  const bounds = await deps.logReader.bounds(topic);
  const progress = new Map<number, Progress>();
  const chunk = new Chunk(EPOCH);
  for (const { partition, from, to } of ranges) {
    const lane = {
      topic,
      topicEpoch: settings.topicEpochs[topic] ?? 0,
      partition,
      rules: settings.rulesOf(topic),
      next: from,
      end: undefined,
      refusal: null,
    };
    const end = Number(bounds.ends.get(partition) ?? 0n);
    if (end < to) throw unreadable(topic, partition, from, to, `the log ends at ${end}`);
    const start = Math.min(to, Math.max(from, Number(bounds.starts.get(partition) ?? 0n)));
    if (start > from) chunk.addSkipped(lane, { from, to: start, reason: 'lost' });
    if (start < to) progress.set(partition, { lane, to, next: start });
  }
  const reading = new Reading(deps, chunk, progress);
  if (progress.size > 0) {
    const groupId = privateGroup(`${config.TOPIC_PREFIX}windowing`, 'reland');
    const consumer: BatchConsumer = createBatchConsumer({
      kafka,
      groupId,
      topics: [topic],
      startAt: ({ partition }) => BigInt(progress.get(partition)?.next ?? bounds.ends.get(partition) ?? 0n),
      discoveryIntervalMs: 0,
      rawRecords: settings.path === 'fast',
      maxWaitTimeMs: 100,
      onBatch: (batch) => reading.onBatch(batch),
      hooks: { onSkipped: (skipped) => reading.onSkipped(skipped, Number(skipped.from), Number(skipped.to)) },
      log,
    });
    try {
      await consumer.start();
      await reading.finished(topic);
    } finally {
      await consumer.stop();
      await forgetPrivateGroup(kafka, groupId);
    }
  }
  await reading.store();
}

/** One call as it goes on. */
class Reading {
  private heard = performance.now();
  private failure: unknown;
  private readonly storeParts: StoreDeps;

  constructor(
    private readonly deps: RelandDeps,
    private chunk: Chunk,
    private readonly progress: ReadonlyMap<number, Progress>,
  ) {
    this.storeParts = deps;
  }

  async onBatch(batch: RecordBatchView): Promise<void> {
    const at = this.progress.get(batch.partition);
    if (at === undefined || at.next >= at.to) return;
    this.heard = performance.now();
    const fetched = Number(batch.fetchedOffset);
    if (fetched > at.next) this.chunk.addSkipped(at.lane, { from: at.next, to: fetched, reason: 'lost' });
    const holes = await landBatch(batch, at.lane, () => this.chunk, {
      plans: this.deps.plans,
      isOver: () => false,
      heartbeat: () => Promise.resolve(),
      onWaiting: (error, waitMs) => this.reportWaiting(error, waitMs),
    });
    for (const { from, to } of holes ?? []) {
      this.chunk.addSkipped(at.lane, { from, to, reason: 'marker_or_aborted' });
    }
    const { flushRows, flushBytes } = this.deps.settings;
    if (this.chunk.rowCount >= flushRows || this.chunk.byteCount >= flushBytes) await this.store();
    at.next = Number(batch.nextOffset);
    this.heard = performance.now();
  }

  onSkipped({ partition }: TopicPartition, from: number, to: number): void {
    const at = this.progress.get(partition);
    if (at === undefined || at.next >= at.to || to <= at.next) return;
    this.heard = performance.now();
    this.chunk.addSkipped(at.lane, { from: Math.max(from, at.next), to, reason: 'marker_or_aborted' });
    at.next = to;
  }

  async finished(topic: string): Promise<void> {
    for (;;) {
      const open = [...this.progress.values()].find(({ next, to }) => next < to);
      if (open === undefined) return;
      if (performance.now() - this.heard > LONGEST_SILENCE_MS) {
        throw unreadable(topic, open.lane.partition, open.next, open.to, 'the broker sends nothing', this.failure);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async store(): Promise<void> {
    const full = this.chunk;
    this.chunk = new Chunk(EPOCH);
    if (full.isEmpty) return;
    await storeChunk(full, this.storeParts, {
      signal: AbortSignal.timeout(LONGEST_SILENCE_MS),
      onWaiting: (error, waitMs) => this.reportWaiting(error, waitMs),
    });
  }

  private reportWaiting(error: unknown, waitMs: number): void {
    this.failure = error;
    this.deps.log.warn({ err: error, waitMs }, `reading offsets again waits: ${describeError(error)}`);
  }
}

function unreadable(
  topic: string,
  partition: number,
  from: number,
  to: number,
  why: string,
  cause?: unknown,
): RetryableError {
  return new RetryableError(`Offsets ${from} to ${to - 1} cannot be read again: ${why}`, {
    code: 'KAFKA_OFFSETS_LOST',
    advice: 'Nothing is sealed above them until they can',
    details: { topic, partition, from, to },
    cause,
  });
}
