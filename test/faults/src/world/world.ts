import { signalTopic, signalTopicName, valueSubject } from '@millrace/contract-signal';
import { ensureTopics, SchemaRegistryCodec, withAdmin, type KafkaAdmin } from '@millrace/platform-kafka';
import {
  seededRandom,
  spawnProgram,
  spawnService,
  testSeed,
  type SeededRandom,
  type SpawnedService,
} from '@millrace/platform-testing';

import { createWriter, WRITER_SCHEMAS, type Writer } from './bodies';
import { openCorner, sharedAddresses, type Addresses, type Corner } from './corner';
import { Ledger } from './ledger';
import { Producers } from './producers';
import { startReader, type Reader } from './reader';
import { runWindowing } from './run-windowing';
import { takeSnapshot, type Snapshot } from './snapshot';

export interface WorldOptions {
  /** Source to partitions of its topic. Default website: 2, crm: 1. */
  readonly sources?: Readonly<Record<string, number>>;
  readonly settings?: Readonly<Record<string, string>>;
  readonly addresses?: Addresses;
  readonly seed?: number;
}

interface Topic {
  readonly writers: readonly Writer[];
  partitions: number;
}

/** Offsets that a test takes away before they can be landed. */
export interface Loss {
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

/** Windows of two seconds, so that a test sees many close; everything quick. */
const QUICK = {
  WINDOW_SIZE_SECONDS: '2',
  WINDOW_GRACE_SECONDS: '1',
  SEAL_POLL_SECONDS: '0.25',
  SEAL_JITTER_SECONDS: '0.05',
  SEAL_SKEW_SECONDS: '0.2',
  SEAL_LATE_INTERVAL_SECONDS: '0.5',
  SEAL_DEADLINE_SECONDS: '120',
  LANDING_FLUSH_MS: '100',
  // The broker's minimum.
  KAFKA_SESSION_TIMEOUT_SECONDS: '6',
  KAFKA_REBALANCE_TIMEOUT_SECONDS: '8',
  LANDING_INSERT_TIMEOUT_SECONDS: '5',
  TOPIC_DISCOVERY_SECONDS: '0.5',
  LOG_LEVEL: 'info',
};

/** Settings with which a replica lands but seals nothing after its first look. */
export const LANDS_ONLY = { SEAL_POLL_SECONDS: '100000', WINDOW_GRACE_SECONDS: '1' };

/** Settings with which a replica lands, mirrors and cleans up, but closes no window and takes no late rows. */
export const SEALS_NOTHING = { SEAL_SKEW_SECONDS: '1000000', SEAL_LATE_INTERVAL_SECONDS: '1000000' };

/** Topics, producers with a ledger, replicas of windowing as processes, and a reader that looks all the time. */
export class World {
  readonly ledger = new Ledger();
  readonly losses: Loss[] = [];
  readonly snapshots: Snapshot[] = [];
  readonly replicas: SpawnedService[] = [];
  readonly producers: Producers;
  readonly #topics = new Map<string, Topic>();
  readonly #registry: SchemaRegistryCodec;

  private constructor(
    readonly corner: Corner,
    readonly random: SeededRandom,
    readonly settings: Readonly<Record<string, string>>,
    readonly reader: Reader,
  ) {
    this.#registry = new SchemaRegistryCodec({ url: corner.environment['SCHEMA_REGISTRY_URL'] ?? '' });
    const topicOf = (topic: string): Topic => this.#topics.get(topic) ?? { writers: [], partitions: 1 };
    this.producers = new Producers(corner.kafka, this.ledger, random, corner.topicPrefix, topicOf, 'p');
  }

  static async open(options: WorldOptions = {}): Promise<World> {
    const random = seededRandom(options.seed ?? testSeed());
    const corner = await openCorner(options.addresses ?? sharedAddresses());
    const settings = { ...QUICK, ...options.settings };
    const world = new World(corner, random, settings, startReader(corner.clickhouse));
    try {
      const deployed = await runWindowing(['deploy'], world.environment);
      if (deployed.code !== 0) throw new Error(`windowing deploy failed\n${deployed.stdout}${deployed.stderr}`);
      for (const [source, partitions] of Object.entries(options.sources ?? { website: 2, crm: 1 })) {
        await world.createTopic(source, partitions);
      }
      return world;
    } catch (error) {
      await world.close();
      throw error;
    }
  }

  get environment(): Readonly<Record<string, string>> {
    return { ...this.corner.environment, ...this.settings };
  }

  get topics(): readonly string[] {
    return [...this.#topics.keys()];
  }

  topic(source: string): string {
    return signalTopicName(source, this.corner.topicPrefix);
  }

  async createTopic(source: string, partitions: number, writers = WRITER_SCHEMAS.length): Promise<string> {
    const spec = signalTopic(source, { prefix: this.corner.topicPrefix, partitions });
    await ensureTopics(this.corner.kafka, [{ ...spec, replicationFactor: 1 }]);
    const registered: Writer[] = [];
    for (const schema of WRITER_SCHEMAS.slice(0, writers)) {
      const id = await this.#registry.registerSchema(valueSubject(spec.name), schema, { compatibility: 'NONE' });
      registered.push(createWriter(schema, id));
    }
    this.#topics.set(spec.name, { writers: registered, partitions });
    return spec.name;
  }

  /** The one that knows every field. */
  contractWriter(topic: string): Writer | undefined {
    return this.#topics.get(topic)?.writers[0];
  }

  async addPartitions(topic: string, partitions: number): Promise<void> {
    await this.admin((admin) => admin.createPartitions({ topicPartitions: [{ topic, count: partitions }] }));
    const known = this.#topics.get(topic);
    if (known !== undefined) known.partitions = partitions;
  }

  admin<Result>(work: (admin: KafkaAdmin) => Promise<Result>): Promise<Result> {
    return withAdmin(this.corner.kafka, 'A test asked the broker', work);
  }

  /** Starts a replica. `settings` go on top of the world's; `program` is another build than the one in the workspace. */
  async start(
    settings: Readonly<Record<string, string>> = {},
    { waitsForReady = true, program }: { readonly waitsForReady?: boolean; readonly program?: string } = {},
  ): Promise<SpawnedService> {
    const environment = { ...this.environment, ...settings };
    const options = { waitsForReady, readyDeadlineMs: 90_000 };
    const replica = await (program === undefined
      ? spawnService('windowing', environment, options)
      : spawnProgram('windowing', program, environment, options));
    this.replicas.push(replica);
    return replica;
  }

  /** Remembers what is visible as of the newest step; it may never change. */
  async snapshot(): Promise<void> {
    this.snapshots.push(await takeSnapshot(this.corner.clickhouse));
  }

  async stopReplicas(): Promise<void> {
    await Promise.allSettled(this.replicas.filter(({ isRunning }) => isRunning).map((replica) => replica.stop(20_000)));
  }

  async close(): Promise<void> {
    await this.reader.stop();
    await this.producers.close();
    await Promise.allSettled(this.replicas.filter(({ isRunning }) => isRunning).map((replica) => replica.kill()));
    await this.corner.close();
  }
}
