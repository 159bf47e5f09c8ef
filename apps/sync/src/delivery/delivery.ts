import type { DeliveryBatch, DeliveryOutcome, Lane } from '@millrace/contract-delivery';
import type { HttpClient } from '@millrace/platform-http';
import type { BatchConsumer } from '@millrace/platform-kafka';
import { createPostgresSink, type PostgresSink } from '@millrace/platform-postgres';

import type { SyncConfig } from '../app.config';
import type { Connections } from '../connections/connections';
import { createAccounts, type DestinationAccount } from '../destinations/create-account';
import type { ConfiguredDestination } from '../destinations/load-destinations';
import { prepareDestination } from '../destinations/prepare-destination';
import type { EntityLookup } from '../entities/known-entities';
import { LoadSchedule } from '../loads/load-schedule';
import { callsTotal, countOutcomes, stoppedInfo } from '../metrics';
import { nextDeadline } from '../planning/deadline';
import type { CurrentPlans, PlanLog } from '../planning/plan-log';
import type { ReadBackRecords } from '../planning/plan-subject';
import type { UnreadRecords } from '../unread-records';
import { askDestination } from './ask-destination';
import { CallsRepository } from './calls.repository';
import { createDeliveryConsumer } from './delivery-consumer';
import { DestinationRuntime } from './destination-runtime';
import { giveUpAt } from './give-up-at';
import { createJobs } from './jobs';
import { LastAcceptedRepository } from './last-accepted.repository';
import { createNotices } from './notices';
import { OutcomesRepository } from './outcomes.repository';
import { Pauses } from './pauses';
import { createPrivacy } from './privacy';
import { createOutcomePublisher } from './publish-outcomes';
import { restoreCalls } from './restore-calls';

export interface DeliveryDeps extends Connections {
  readonly replica: string;
  readonly destinations: readonly ConfiguredDestination[];
  readonly client: HttpClient;
  readonly planLog: PlanLog;
  readonly currentPlans: CurrentPlans;
  readonly people: { readonly index: EntityLookup; isCurrent(): boolean };
  readonly unread: UnreadRecords;
  /** Everything recorded so far is in ClickHouse. */
  readonly waitForMirror: () => Promise<void>;
  readonly isStopping: () => boolean;
}

/** What sends: an account for each that the destinations name, a worker for each destination and lane. */
export class Delivery {
  readonly workers: readonly BatchConsumer[];
  readonly #deps: DeliveryDeps;
  readonly #accounts: ReadonlyMap<string, DestinationAccount>;
  readonly #runtimes: readonly DestinationRuntime[];
  readonly #calls: CallsRepository;
  readonly #outcomes: OutcomesRepository;
  readonly #lastAccepted: LastAcceptedRepository;
  readonly #pauses = new Pauses();
  readonly #stopping = new AbortController();
  readonly #sink: PostgresSink = createPostgresSink({ application: 'millrace-sync' });
  readonly #loads: LoadSchedule;
  #restored: Promise<void> | undefined;

  constructor(deps: DeliveryDeps) {
    this.#deps = deps;
    const { config, clickhouse, client, destinations, log, planLog, replica } = deps;
    this.#outcomes = new OutcomesRepository(clickhouse);
    this.#lastAccepted = new LastAcceptedRepository(clickhouse);
    this.#calls = new CallsRepository({
      clickhouse,
      // A process of the same name may have been before.
      process: `${replica}-${Date.now().toString(36)}`,
      onFailure: (error) => log.warn({ err: error }, 'storing the calls of the day failed, will retry'),
    });
    this.#accounts = createAccounts(destinations, {
      client,
      share: config.DELIVERY_QUOTA_SHARE,
      onCall: (destination) => callsTotal.inc({ destination }),
      onCount: (account, call) => this.#calls.add(account, call),
    });
    planLog.onEntry((entry) => {
      this.#pauses.apply(entry);
      if (entry.value?.kind === 'pause') {
        stoppedInfo.set({ destination: entry.value.destination }, entry.value.is_paused ? 1 : 0);
      }
    });
    this.#runtimes = destinations.map((configured) => {
      const account = this.#accounts.get(configured.entry.name);
      if (account === undefined) throw new RangeError(`${configured.entry.name} has no account`);
      return new DestinationRuntime(configured, account, runtimeSettingsOf(config));
    });
    this.workers = this.#runtimes.flatMap((runtime) => [
      this.#createWorker(runtime, 'batch'),
      this.#createWorker(runtime, 'urgent'),
    ]);
    this.#loads = new LoadSchedule({
      ...{ destinations: this.#runtimes, sink: this.#sink, clickhouse, zone: config.TIME_ZONE, replica, log },
      everyMs: config.PLAN_INTERVAL_SECONDS * 1000,
    });
  }

  /** Throws when the loads of views have not known for a minute what is due. */
  assertLoading(): void {
    this.#loads.check();
  }

  /** Workers join their groups by themselves. */
  start(): void {
    const { log, isStopping } = this.#deps;
    for (const { configured, account } of this.#runtimes) {
      void prepareDestination({ configured, account, sink: this.#sink }, log, isStopping);
    }
    for (const worker of this.workers) void worker.start();
    this.#loads.start();
  }

  /** Undefined: the destination cannot be asked what its records have. */
  readBackOf(destination: string): ReadBackRecords | undefined {
    const runtime = this.#runtimes.find(({ name }) => name === destination);
    return runtime && askDestination(runtime, { sink: this.#sink, signal: this.#stopping.signal });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.allSettled([this.#loads.stop(), ...this.workers.map((worker) => worker.stop())]);
    await Promise.allSettled([this.#calls.flush(), this.#sink.close()]);
  }

  /** Before anything is sent: what others recorded, decided and called is known. */
  readonly #waitForPast = async (): Promise<void> => {
    await Promise.all([this.#deps.waitForMirror(), this.#deps.planLog.refresh(), this.#restoreCalls()]);
  };

  /** Once; again when it failed. */
  #restoreCalls(): Promise<void> {
    const share = this.#deps.config.DELIVERY_QUOTA_SHARE;
    this.#restored ??= restoreCalls(new Set(this.#accounts.values()), this.#calls, { share, now: Date.now });
    this.#restored.catch(() => (this.#restored = undefined));
    return this.#restored;
  }

  #createWorker(runtime: DestinationRuntime, lane: Lane): BatchConsumer {
    const { config, kafka, log, producer, urgentProducer, currentPlans, people, planLog, replica } = this.#deps;
    const { isStopping } = this.#deps;
    const append = createOutcomePublisher(
      lane === 'urgent' ? urgentProducer : producer,
      config.TOPIC_PREFIX,
      isStopping,
    );
    const publish = async (rows: readonly DeliveryOutcome[]): Promise<void> => {
      await append(rows);
      countOutcomes(rows);
    };
    const { onDone, ...notices } = createNotices({
      runtime,
      outcomes: this.#outcomes,
      waitForMirror: this.#deps.waitForMirror,
      log,
    });
    return createDeliveryConsumer({
      kafka,
      topicPrefix: config.TOPIC_PREFIX,
      lane,
      sessionTimeoutMs: config.KAFKA_SESSION_TIMEOUT_SECONDS * 1000,
      runtime,
      outcomes: this.#outcomes,
      lastAccepted: this.#lastAccepted,
      publish,
      waitForPast: this.#waitForPast,
      unread: this.#deps.unread,
      isSuperseded: (batch) => currentPlans.isSuperseded(batch),
      plannedAt: (batch) => currentPlans.plannedAt(batch),
      privacy: createPrivacy(runtime.configured.entry, people.index, () => people.isCurrent()),
      chunk: {
        ...notices,
        sink: this.#sink,
        jobs: createJobs(planLog, replica),
        isStopped: () => this.#pauses.of(runtime.name) !== undefined,
        waitsUntil: (batch) => waitsUntil(batch, config),
        givesUpAt: (batch) =>
          giveUpAt(batch, currentPlans.of(batch.destination, batch.object), {
            deadline: config.DELIVERY_DEADLINE,
            giveUpAt: config.DELIVERY_GIVE_UP_AT,
            zone: config.TIME_ZONE,
          }),
      },
      onDone,
      log,
    });
  }
}

const runtimeSettingsOf = (config: SyncConfig) => ({
  pauseMs: config.DELIVERY_PAUSE_SECONDS * 1000,
  circuitOpenMs: config.DELIVERY_CIRCUIT_OPEN_SECONDS * 1000,
  backoffFirstMs: config.DELIVERY_BACKOFF_FIRST_SECONDS * 1000,
  backoffLongestMs: config.DELIVERY_BACKOFF_LONGEST_SECONDS * 1000,
});

/** How long a destination where nobody answers is waited for, epoch milliseconds. */
function waitsUntil({ lane, created_at: createdAt }: DeliveryBatch, config: SyncConfig): number {
  const atLeast = createdAt + config.DELIVERY_UNREACHABLE_SECONDS * 1000;
  if (lane === 'urgent') return atLeast;
  return Math.max(atLeast, nextDeadline(createdAt, config.DELIVERY_DEADLINE, config.TIME_ZONE));
}
