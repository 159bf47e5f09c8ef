import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleepFor } from 'node:timers/promises';

import type { PollSource } from '@millrace/catalog-sources';
import { cursorsTopic } from '@millrace/contract-signal';
import { createAccount, createHttpClient, Limits, type Account, type HttpClient } from '@millrace/platform-http';
import type { KafkaLog } from '@millrace/platform-kafka';
import { createLogger } from '@millrace/platform-observability';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';

import { CONNECTIONS, type Connections } from '../connections/connections';
import { INSTANCES, type Instance } from '../instances/load-instances';
import { pollPages, pollPassed, pollRecords, pollRefused } from '../metrics';
import { mapRecords } from '../publish/map-records';
import { PublisherService } from '../publish/publisher.service';
import { cursorKey, writeCursorRecord, type CursorRecord, type StreamName } from './cursor-record';
import { Leases } from './leases';
import { runStream, type PageOutcome } from './run-stream';

interface PollInstance extends Instance {
  readonly source: PollSource;
}

const isPoll = (instance: Instance): instance is PollInstance => instance.source?.kind === 'poll';

const REQUEST_TIMEOUT_MS = 30_000;
const PAGE_TIMEOUT_MS = 300_000;

/** Runs the streams of polled instances that this replica has the lease of. */
@Injectable()
export class PollService implements OnModuleDestroy {
  readonly #instances: ReadonlyMap<string, PollInstance>;
  readonly #accounts = new Map<string, Account>();
  readonly #replica = randomUUID();
  readonly #log: KafkaLog;
  #client: HttpClient | undefined;
  #leases: Leases | undefined;

  constructor(
    @Inject(CONNECTIONS) private readonly connections: Connections,
    @Inject(INSTANCES) instances: readonly Instance[],
    private readonly publisher: PublisherService,
  ) {
    this.#instances = new Map(instances.filter(isPoll).map((instance) => [instance.name, instance]));
    this.#log = createLogger({ name: 'collector', level: connections.config.LOG_LEVEL });
  }

  /** Begins once the topics are open; without a polled instance it does nothing. */
  start(): void {
    if (this.#instances.size === 0) return;
    const { config, kafka } = this.connections;
    const { name: topic, partitions } = cursorsTopic(config.TOPIC_PREFIX);
    const streams = [...this.#instances.values()].flatMap(({ name, source }) =>
      Object.keys(source.streams).map((stream) => ({ instance: name, stream })),
    );
    this.#leases = new Leases({
      kafka,
      topic,
      partitions,
      groupId: `${config.TOPIC_PREFIX}collector-poll-${hashOf([...this.#instances.keys()])}`,
      streams,
      replica: this.#replica,
      run: (name, from, signal) => this.#run(name, from, signal),
      log: this.#log,
    });
    void this.#leases.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#leases?.stop();
    await this.#client?.close();
  }

  async #run(name: StreamName, from: CursorRecord | undefined, signal: AbortSignal): Promise<void> {
    const instance = this.#instances.get(name.instance);
    const stream = instance?.source.streams[name.stream];
    if (instance === undefined || stream === undefined) return;
    const labels = { source: name.instance, stream: name.stream };
    const account = this.#accountOf(instance);
    if (typeof from?.passed_at === 'number') pollPassed.set(labels, from.passed_at / 1_000);
    await runStream(
      {
        name,
        stream,
        settings: instance.settings,
        schedule: instance.streams[name.stream],
        toolsUntil: (over) => ({
          request: (request, call) => account.request(request, { ...call, signal: over }),
          now: Date.now,
          signal: over,
        }),
        now: Date.now,
        replica: this.#replica,
        pageTimeoutMs: PAGE_TIMEOUT_MS,
        redact: instance.redact,
        append: (records) => this.#append(instance, name, records),
        write: (record) => this.#write(name, record),
        onPage: (outcome, records) => notePage(labels, outcome, records),
        onPassed: (at) => pollPassed.set(labels, at / 1_000),
        sleep: async (ms, over) => {
          await sleepFor(ms, undefined, { signal: over }).catch(() => undefined);
        },
        random: Math.random,
        log: this.#log,
      },
      from,
      signal,
    ).catch((error: unknown) =>
      this.#log.error({ ...name, err: error }, `${cursorKey(name)} ended by a fault of ours`),
    );
    // Another replica tells of it from now on.
    for (const gauge of [pollPassed, pollRefused]) gauge.remove(labels);
  }

  /** Instances of one account share its limits and its token. */
  #accountOf({ type, source, settings }: PollInstance): Account {
    const key = `${type} ${source.account(settings)}`;
    const known = this.#accounts.get(key);
    if (known !== undefined) return known;
    this.#client ??= createHttpClient();
    const auth = source.auth?.(settings);
    const account = createAccount({
      client: this.#client,
      limits: new Limits(source.limits(settings)),
      ...(auth === undefined ? {} : { auth }),
      timeoutMs: source.timeoutMs?.(settings) ?? REQUEST_TIMEOUT_MS,
      allowPrivateAddresses: source.allowsPrivateAddresses?.(settings) ?? false,
    });
    this.#accounts.set(key, account);
    return account;
  }

  async #append({ source, settings }: PollInstance, { instance }: StreamName, raws: readonly unknown[]): Promise<void> {
    const mapped = mapRecords(
      raws,
      source.map,
      { instance, receivedAt: Date.now(), sentAt: null, settings },
      this.publisher.topicsOf(instance),
      { maxEventBytes: this.connections.config.COLLECTOR_MAX_EVENT_BYTES, keyKind: null },
    );
    await this.publisher.publish(instance, mapped);
  }

  #write(name: StreamName, record: CursorRecord): Promise<void> {
    const { name: topic } = cursorsTopic(this.connections.config.TOPIC_PREFIX);
    return this.publisher.append([{ topic, key: cursorKey(name), value: writeCursorRecord(record) }]);
  }
}

function notePage(
  labels: { readonly source: string; readonly stream: string },
  outcome: PageOutcome,
  records: number,
): void {
  pollPages.inc({ ...labels, outcome });
  pollRecords.inc(labels, records);
  pollRefused.set(labels, outcome === 'refused' ? 1 : 0);
}

/** Deployments that read other instances are other groups: each has a partition of every stream that it knows. */
const hashOf = (names: readonly string[]): string =>
  createHash('sha256')
    .update([...names].sort().join())
    .digest('hex')
    .slice(0, 12);
