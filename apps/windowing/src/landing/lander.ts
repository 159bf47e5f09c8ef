import { describeError } from '@millrace/platform-errors';
import { FailureWatch } from '@millrace/platform-observability';
import type { BatchContext, OffsetRange, RecordBatchView, TopicPartition } from '@millrace/platform-kafka';

import { Chunk } from './flush/chunk';
import { Flusher, type Settlement } from './flush/flusher';
import { persist, type Persistence } from './flush/persist';
import { storeChunk } from './flush/store-chunk';
import { landBatch } from './intake/land-batch';
import type { WriterPlans } from './intake/writer-plans';
import type { LandingLog, LandingSettings } from './landing-settings';
import { landingMetrics as metrics } from '../metrics';
import type { StartDecision } from './partitions/decide-start';
import { laneId, type Lane } from './partitions/lane';
import { decideStarts, type LogReader } from './partitions/read-history';
import type { SkippedRange } from './partitions/skipped-range';
import { TopicIdentities } from './partitions/topic-identities';
import type { LandingStore } from './store/landing-store';

/** What landing needs of its consumer. */
export interface LandingConsumer {
  epoch(): number;
  pause(partitions: readonly TopicPartition[]): void;
  resume(partitions: readonly TopicPartition[]): void;
  rewind(where: TopicPartition, to?: bigint): void;
  commit(
    offsets: readonly (TopicPartition & { readonly nextOffset: bigint })[],
    epoch: number,
  ): Promise<'committed' | 'unchanged' | 'stale' | 'not_ready'>;
}

export interface LanderDeps {
  readonly consumer: () => LandingConsumer;
  readonly store: LandingStore;
  readonly plans: WriterPlans;
  readonly logReader: LogReader;
  readonly settings: LandingSettings;
  readonly log: LandingLog;
}

/** Of a full insert, what is inserted at once when the log is read to its end. */
const EARLY_SHARE = 1 / 8;

const RECREATED = 'the topic was re-created: it has another id than before';

/**
 * From fetched batches to rows that ClickHouse has acknowledged: one chunk is filled, full ones are under way, what is
 * stored is committed and published in order. A new assignment drops all of it and begins at the landed positions.
 */
export class Lander {
  private lanes = new Map<string, Lane>();
  private chunk = new Chunk(0);
  private epochEnd = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private pausedSince: number | undefined;
  private readonly flusher: Flusher;
  private readonly identities: TopicIdentities;
  private readonly progress = new FailureWatch('landing');

  constructor(private readonly deps: LanderDeps) {
    this.identities = new TopicIdentities(deps.logReader);
    this.flusher = new Flusher({
      maxInFlight: deps.settings.insertsInFlight,
      store: (chunk, signal) => storeChunk(chunk, deps, this.persistence('storing', signal)),
      settle: (settlement, signal) => this.settle(settlement, signal),
      onRoom: () => this.onRoom(),
      onBroken: (error) => deps.log.error({ err: error }, 'a flush failed for a reason that is a bug'),
    });
  }

  /** Throws when nothing could be landed for a minute, although something waits. */
  readonly checkProgress = (): void => this.progress.check();

  /** Partitions that are not read, and why. */
  refusals(): readonly { readonly lane: Lane; readonly why: string }[] {
    return [...this.lanes.values()].flatMap((lane) => (lane.refusal === null ? [] : [{ lane, why: lane.refusal }]));
  }

  /** A new epoch: drops what was under way and finds out where each partition is read from. */
  async onAssigned(assignment: readonly TopicPartition[], epoch: number): Promise<void> {
    this.epochEnd.abort();
    this.epochEnd = new AbortController();
    this.flusher.abandon();
    this.startChunk(epoch);
    this.endPause();
    const { settings, store, logReader } = this.deps;
    const lanes = assignment.map(({ topic, partition }): Lane => ({
      topic,
      topicEpoch: settings.topicEpochs[topic] ?? 0,
      partition,
      rules: settings.rulesOf(topic),
      next: undefined,
      end: undefined,
      refusal: null,
    }));
    this.lanes = new Map(lanes.map((lane) => [laneId(lane), lane]));
    const waiting = this.persistence('finding positions', this.epochEnd.signal);
    const find = async (): Promise<ReadonlyMap<Lane, StartDecision>> => {
      const recreated = await this.identities.findRecreated([...new Set(lanes.map(({ topic }) => topic))]);
      const starts = new Map(await decideStarts(lanes, store, logReader));
      for (const lane of lanes) if (recreated.has(lane.topic)) starts.set(lane, { refusal: RECREATED });
      return starts;
    };
    const decisions = await persist(find, waiting).catch((error: unknown) => {
      if (this.epochEnd.signal.aborted || this.deps.consumer().epoch() !== epoch) return undefined;
      throw error;
    });
    if (decisions === undefined || this.deps.consumer().epoch() !== epoch) return;
    for (const [lane, decision] of decisions) {
      metrics.refused.set({ topic: lane.topic, partition: lane.partition }, 'refusal' in decision ? 1 : 0);
      if ('refusal' in decision) {
        this.refuse(lane, decision.refusal);
        continue;
      }
      lane.next = decision.start;
      for (const range of decision.skipped) this.skip(lane, range);
      this.deps.consumer().rewind(lane, BigInt(decision.start));
      this.chunk.positions.set(lane, decision.start);
    }
    this.flush();
  }

  async onBatch(batch: RecordBatchView, context: BatchContext): Promise<void> {
    const lane = this.lanes.get(laneId(batch));
    if (lane === undefined || lane.refusal !== null || context.isStale()) return;
    if (!this.checkContinuity(lane, Number(batch.fetchedOffset))) return;
    const holes = await landBatch(batch, lane, () => this.chunk, {
      plans: this.deps.plans,
      isOver: () => context.isStale(),
      heartbeat: () => context.heartbeat(),
      onWaiting: (error, waitMs) => this.reportWaiting('reading a schema', error, waitMs),
    });
    if (holes === null) return;
    for (const { from, to } of holes) this.skip(lane, { from, to, reason: 'marker_or_aborted' });
    this.advance(lane, Number(batch.nextOffset), batch.highWatermark);
  }

  /** A fetch that brought nothing but markers and aborted records. */
  onSkipped(skipped: TopicPartition & OffsetRange & { readonly highWatermark: bigint }, epoch: number): void {
    const lane = this.lanes.get(laneId(skipped));
    if (lane === undefined || lane.refusal !== null || epoch !== this.chunk.epoch) return;
    const from = Math.max(Number(skipped.from), lane.next ?? 0);
    const to = Number(skipped.to);
    if (to <= from) return;
    this.skip(lane, { from, to, reason: 'marker_or_aborted' });
    this.advance(lane, to, skipped.highWatermark);
  }

  /** A handler failed and the partition is read again from its last commit: what comes may be below what was seen. */
  onRewound(where: TopicPartition): void {
    const lane = this.lanes.get(laneId(where));
    if (lane !== undefined) lane.next = undefined;
  }

  /**
   * A partition without new records is never heard of by the fetch loop, though retention may pass its position: what it
   * removed is recorded as lost. The rewind makes fetches that are under way stale.
   */
  async checkRetention(): Promise<void> {
    const { epoch } = this.chunk;
    const topics = new Set([...this.lanes.values()].map(({ topic }) => topic));
    for (const topic of topics) {
      const { starts } = await this.deps.logReader.bounds(topic);
      if (this.chunk.epoch !== epoch || this.epochEnd.signal.aborted) return;
      for (const lane of this.lanes.values()) {
        const start = lane.topic === topic ? Number(starts.get(lane.partition) ?? 0n) : 0;
        if (lane.refusal !== null || lane.next === undefined || start <= lane.next) continue;
        this.skip(lane, { from: lane.next, to: start, reason: 'lost' });
        this.deps.consumer().rewind(lane, BigInt(start));
        this.advance(lane, start, BigInt(start));
      }
    }
  }

  /** Stores, commits and publishes everything at hand. */
  async drain(): Promise<void> {
    this.flush(true);
    await this.flusher.drained();
  }

  /** Ends all waiting. */
  stop(): void {
    clearTimeout(this.timer);
    this.epochEnd.abort();
    this.flusher.abandon();
  }

  private checkContinuity(lane: Lane, fetched: number): boolean {
    const expected = lane.next;
    if (expected === undefined || fetched === expected) return true;
    if (fetched < expected) {
      this.refuse(lane, `the log begins again at offset ${fetched}, but ${expected} offsets were read: re-created`);
      return false;
    }
    this.skip(lane, { from: expected, to: fetched, reason: 'lost' });
    return true;
  }

  private skip(lane: Lane, range: SkippedRange): void {
    this.chunk.addSkipped(lane, range);
    const { topic, partition } = lane;
    metrics.skippedOffsets.inc({ topic, reason: range.reason }, range.to - range.from);
    if (range.reason === 'lost') {
      const fields = { topic, partition, from: range.from, to: range.to, advice: 'Raise retention.ms of the topic' };
      this.deps.log.error(fields, 'records were lost: retention was faster than landing');
    }
  }

  private refuse(lane: Lane, why: string): void {
    lane.refusal = why;
    const { topic, partition, topicEpoch } = lane;
    metrics.refused.set({ topic, partition }, 1);
    this.deps.consumer().pause([lane]);
    const advice = `If the topic was re-created on purpose, set TOPIC_EPOCHS=${topic}=${topicEpoch + 1} and restart`;
    this.deps.log.error({ topic, partition, why, advice }, 'partition refused: its log is not the one landed so far');
  }

  private advance(lane: Lane, position: number, highWatermark: bigint): void {
    lane.next = position;
    lane.end = Number(highWatermark);
    this.chunk.positions.set(lane, position);
    if (this.isWorthAnInsert()) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), this.deps.settings.flushMs);
  }

  /** Full; or, when the log is read to its end, large enough not to wait for company: the larger the more is under way. */
  private isWorthAnInsert(): boolean {
    const { flushRows, flushBytes } = this.deps.settings;
    const fill = Math.max(this.chunk.rowCount / flushRows, this.chunk.byteCount / flushBytes);
    if (fill >= 1) return true;
    return fill >= EARLY_SHARE * (this.flusher.underWay + 1) && this.flusher.hasRoom && this.isCaughtUp();
  }

  private isCaughtUp(): boolean {
    for (const { next, end } of this.lanes.values()) {
      if (next !== undefined && end !== undefined && next < end) return false;
    }
    return true;
  }

  private flush(isLast = false): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.chunk.isEmpty) return;
    // Without room the chunk grows by what is already fetched, and goes when a place is free.
    if (!this.flusher.hasRoom && !isLast) return this.beginPause();
    const full = this.chunk;
    this.startChunk(full.epoch);
    this.flusher.submit(full);
    if (!this.flusher.hasRoom) this.beginPause();
  }

  private startChunk(epoch: number): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.chunk = new Chunk(epoch);
  }

  private onRoom(): void {
    const wasPaused = this.pausedSince !== undefined;
    this.endPause();
    const isDue = wasPaused && this.timer === undefined;
    if (isDue || this.isWorthAnInsert()) this.flush();
  }

  private beginPause(): void {
    if (this.pausedSince !== undefined) return;
    this.pausedSince = performance.now();
    this.deps.consumer().pause([...this.lanes.values()]);
  }

  private endPause(): void {
    if (this.pausedSince === undefined) return;
    metrics.paused.inc((performance.now() - this.pausedSince) / 1000);
    this.pausedSince = undefined;
    this.deps.consumer().resume([...this.lanes.values()].filter(({ refusal }) => refusal === null));
  }

  /** After the fetch and before the position: what was stored of another topic is then never counted. */
  private async refuseRecreated(lanes: readonly Lane[]): Promise<void> {
    const recreated = await this.identities.findRecreated([...new Set(lanes.map(({ topic }) => topic))]);
    for (const lane of lanes) if (recreated.has(lane.topic) && lane.refusal === null) this.refuse(lane, RECREATED);
  }

  /** Commits first: a position that is published is then never ahead of what the group knows. */
  private async settle({ epoch, positions, appendedAt }: Settlement, signal: AbortSignal): Promise<void> {
    const { store, log } = this.deps;
    await persist(() => this.refuseRecreated([...positions.keys()]), this.persistence('reading topic ids', signal));
    const landed = [...positions].flatMap(([lane, position]) => (lane.refusal === null ? [{ lane, position }] : []));
    if (landed.length === 0) return;
    const offsets = landed.map(({ lane, position }) => ({
      topic: lane.topic,
      partition: lane.partition,
      nextOffset: BigInt(position),
    }));
    try {
      if ((await this.deps.consumer().commit(offsets, epoch)) === 'stale') return;
    } catch (error) {
      // The next commit says it all again; the landed position is what counts.
      log.warn({ err: error }, 'committing offsets failed; the next flush commits them');
    }
    await persist(() => store.publishPositions(landed, { signal }), this.persistence('publishing positions', signal));
    this.progress.succeeded();
    const now = Date.now();
    for (const { lane, position } of landed) {
      const { topic, partition, end = position } = lane;
      metrics.lagOffsets.set({ topic, partition }, Math.max(0, end - position));
    }
    for (const [lane, instant] of appendedAt) {
      const isBehind = lane.next !== positions.get(lane);
      const { topic, partition } = lane;
      metrics.lag.set({ topic, partition }, isBehind ? Math.max(0, now - instant) / 1000 : 0);
    }
  }

  private persistence(doing: string, signal: AbortSignal): Persistence {
    return { signal, onWaiting: (error, waitMs) => this.reportWaiting(doing, error, waitMs) };
  }

  private reportWaiting(doing: string, error: unknown, waitMs: number): void {
    metrics.retries.inc({ doing });
    this.progress.failed(error);
    this.deps.log.warn({ err: error, doing, waitMs }, `landing waits: ${describeError(error)}`);
  }
}
