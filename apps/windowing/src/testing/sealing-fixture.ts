import { join } from 'node:path';

import { sealedTopic, type TopicVector } from '@millrace/contract-window';
import { createClickHouse, runMigrations, type ClickHouse } from '@millrace/platform-clickhouse';
import { createKafka, ensureTopics, silentLog, type KafkaClient } from '@millrace/platform-kafka';
import type { Stack } from '@millrace/platform-testing';

import { createChain, type Chain } from '../sealing/decide/chain';
import { readMirroredTail } from '../sealing/decide/mirror';
import { FORMS_VERSION } from '../sealing/enrich/forms-of';
import type { LogClock } from '../sealing/facts/log-clock';
import { toVector } from '../sealing/propose/reach';
import type { PartitionFact } from '../sealing/propose/facts';
import type { SealSettings } from '../sealing/seal-settings';
import { Sealer, type SealerDeps } from '../sealing/sealer';

export const HOUR = 3_600_000;
export const MINUTE = 60_000;
/** A whole hour. */
export const T0 = Date.UTC(2026, 10, 20, 10);

export const SETTINGS: SealSettings = {
  window: { sizeMs: HOUR, graceMs: 10 * MINUTE },
  horizonMs: 400 * 24 * HOUR,
  skewMs: 2_000,
  lateIntervalMs: 5 * MINUTE,
  deadlineMs: 10 * MINUTE,
  importRows: 50_000,
  importQuietMs: 30_000,
  importLongestWaitMs: 15 * MINUTE,
};

/** A landed record: what a producer's ledger would say. */
export interface LandedSignal {
  readonly topic?: string;
  readonly partition: number;
  readonly offset: number;
  readonly id: string;
  readonly occurredAt: number;
  readonly appendedAt?: number;
  readonly email?: string;
  readonly domain?: string;
  readonly userAgent?: string;
  readonly url?: string;
}

/** The log as the specs say it is; the chain beside it is the real one. */
export class ScriptedLog implements LogClock {
  facts: PartitionFact[] = [];

  offsetsAt(): Promise<PartitionFact[]> {
    return Promise.resolve(this.facts);
  }
  ends(): Promise<PartitionFact[]> {
    return Promise.resolve(this.facts);
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

export interface Replica {
  readonly sealer: Sealer;
  readonly chain: Chain;
}

/** A database with the tables, a chain of its own, and replicas of it by demand. */
export class SealingFixture {
  readonly log = new ScriptedLog();
  now = T0;
  private replicas: Replica[] = [];

  private constructor(
    readonly stack: Stack,
    readonly clickhouse: ClickHouse,
    readonly kafka: KafkaClient,
    readonly topic: string,
    readonly chainTopic: string,
  ) {}

  static async create(stack: Stack): Promise<SealingFixture> {
    const clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
    const kafka = createKafka({ brokers: [...stack.kafkaBrokers], clientId: 'sealing-spec', logger: silentLog });
    await runMigrations({ clickhouse, service: 'windowing', directory: join(__dirname, '../migrations') });
    const sealed = sealedTopic(stack.topicPrefix);
    await ensureTopics(kafka, [{ ...sealed, replicationFactor: 1 }]);
    return new SealingFixture(stack, clickhouse, kafka, `${stack.topicPrefix}signals.website.v1`, sealed.name);
  }

  async replica(parts: Partial<SealerDeps> = {}): Promise<Replica> {
    const { clickhouse, kafka } = this;
    const { database } = this.stack;
    const chain = createChain({
      kafka,
      topic: this.chainTopic,
      tail: await readMirroredTail(clickhouse, database),
      timeoutMs: 15_000,
      log: silentLog,
    });
    const sealer = new Sealer({
      clickhouse,
      database,
      chain,
      logClock: this.log,
      settings: SETTINGS,
      settingsHash: 'spec',
      codeVersion: 'spec',
      formsVersion: FORMS_VERSION,
      longestInsertSeconds: 60,
      reland: () => Promise.reject(new Error('nothing should be missing')),
      crashPoint: () => undefined,
      log: silentLog,
      now: () => this.now,
      ...parts,
    });
    const replica = { sealer, chain };
    this.replicas.push(replica);
    await sealer.start();
    return replica;
  }

  async land(signals: readonly LandedSignal[]): Promise<void> {
    const rows = signals.map((signal) => ({
      topic: signal.topic ?? this.topic,
      topic_epoch: 0,
      partition: signal.partition,
      offset: signal.offset,
      appended_at: signal.appendedAt ?? signal.occurredAt,
      schema_id: 1,
      window_start: Math.floor(signal.occurredAt / HOUR) * 3600,
      signal_id: signal.id,
      type: 'page_viewed',
      source: 'website',
      occurred_at: new Date(signal.occurredAt).toISOString(),
      received_at: new Date(signal.occurredAt).toISOString(),
      email: signal.email ?? null,
      domain: signal.domain ?? null,
      user_agent: signal.userAgent ?? null,
      url: signal.url ?? null,
      properties: { id: signal.id },
    }));
    await this.clickhouse.insertRows(
      'signals_raw',
      rows.map((row) => ({ ...row, appended_at: new Date(row.appended_at).toISOString() })),
    );
  }

  async quarantine(partition: number, offset: number): Promise<void> {
    await this.clickhouse.insertRows('signals_quarantined', [
      {
        topic: this.topic,
        topic_epoch: 0,
        partition,
        offset,
        appended_at: new Date(T0).toISOString(),
        reason: 'no_identity',
        detail: '',
        bytes: '',
      },
    ]);
  }

  async skip(partition: number, first: number, last: number): Promise<void> {
    await this.clickhouse.insertRows('signals_skipped', [
      {
        topic: this.topic,
        topic_epoch: 0,
        partition,
        first_offset: first,
        last_offset: last,
        reason: 'marker_or_aborted',
      },
    ]);
  }

  /** The log ends there, and everything below is landed. */
  async reach(...offsets: number[]): Promise<void> {
    this.log.facts = offsets.map((offset, partition) => ({ topic: this.topic, topicEpoch: 0, partition, offset }));
    await this.publish(...offsets);
  }

  async publish(...positions: number[]): Promise<void> {
    await this.clickhouse.insertRows(
      'landed_positions',
      positions.map((position, partition) => ({ topic: this.topic, topic_epoch: 0, partition, position })),
    );
  }

  vector(...offsets: number[]): TopicVector[] {
    return toVector(offsets.map((offset, partition) => ({ topic: this.topic, topicEpoch: 0, partition, offset })));
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.replicas.map(({ chain }) => chain.stop()));
    await this.clickhouse.close();
  }
}
