import { deliveryBatchSchema, type DeliveryOutcome, type DeliveryRecord } from '@millrace/contract-delivery';
import { readRunOrTick, type RunOrTick } from '@millrace/contract-score';
import { SettingAside, type ClickHouse } from '@millrace/platform-clickhouse';
import type { HttpClient } from '@millrace/platform-http';
import { silentLog, type BatchProducer } from '@millrace/platform-kafka';

import { deliverChunk } from '../../delivery/deliver-chunk';
import { DeliveryLedger } from '../../delivery/delivery-ledger';
import type { DestinationRuntime } from '../../delivery/destination-runtime';
import { giveUpAt } from '../../delivery/give-up-at';
import { createJobs } from '../../delivery/jobs';
import { LastAcceptedRepository, loadAccepted } from '../../delivery/last-accepted.repository';
import { OutcomesRepository } from '../../delivery/outcomes.repository';
import type { ConfiguredDestination } from '../../destinations/load-destinations';
import { NO_SINK } from '../../testing/no-sink';
import { CurrentPlans, readPlanRecord, type PlanRecord } from '../../planning/plan-log';
import { Planner } from '../../planning/planner';
import { deliveriesTable } from '../../stored/record-tables';
import { runtimeOf } from '../../testing/deliver-in-memory';
import { LogView, type LogInMemory, type Step } from './log-in-memory';

export const ZONE = 'America/New_York';
const DEADLINE = '06:00';

/** What all replicas share: the logs, the topic of one destination and object, the outcomes, and the table they end in. */
export interface Shared {
  readonly clickhouse: ClickHouse;
  readonly client: HttpClient;
  readonly scores: LogInMemory;
  readonly plans: LogInMemory;
  /** Batches in the order in which they were produced, as text. */
  readonly topic: string[];
  /** How many of them are done with. */
  committed: number;
  readonly outcomes: DeliveryOutcome[];
  /** How many of them are in the table. */
  mirrored: number;
  now: number;
  readonly chunkRecords: number;
  readonly refusalOf: (record: DeliveryRecord) => string | null;
}

/** Everything recorded so far is in the table. */
export async function mirror(shared: Shared): Promise<void> {
  const rows = shared.outcomes.slice(shared.mirrored);
  shared.mirrored = shared.outcomes.length;
  if (rows.length === 0) return;
  const settingAside = new SettingAside({ clickhouse: shared.clickhouse, service: 'sync', log: silentLog });
  await settingAside.insert(deliveriesTable, rows);
}

/** One process of sync: the real planner and the real deliverer over logs in memory. `step` is called wherever it may die. */
export class Replica {
  readonly name: string;
  /** Of the destination. */
  readonly configuredName: string;
  readonly scores: LogView<RunOrTick>;
  readonly planLog: LogView<PlanRecord>;
  readonly currentPlans = new CurrentPlans();
  readonly planner: Planner;
  readonly #shared: Shared;
  readonly #step: Step;
  readonly #runtime: DestinationRuntime;
  readonly #ledger: DeliveryLedger;
  #isPrepared = false;

  constructor(name: string, configured: ConfiguredDestination, shared: Shared, step: Step) {
    this.name = name;
    this.configuredName = configured.entry.name;
    this.#shared = shared;
    this.#ledger = new DeliveryLedger(() => shared.now);
    this.#step = step;
    this.#runtime = runtimeOf(configured, shared.client);
    this.scores = new LogView(shared.scores, readRunOrTick);
    this.planLog = new LogView(shared.plans, readPlanRecord, step);
    this.planLog.onEntry((entry) => this.currentPlans.apply(entry));
    this.planner = new Planner({
      destinations: [configured],
      scores: this.scores,
      planLog: this.planLog,
      currentPlans: this.currentPlans,
      clickhouse: shared.clickhouse,
      settingAside: new SettingAside({ clickhouse: shared.clickhouse, service: 'sync', log: silentLog }),
      producer: this.#producer(),
      topicPrefix: '',
      settings: {
        chunkRecords: shared.chunkRecords,
        deadline: DEADLINE,
        replica: name,
        latest: '05:15',
        zone: ZONE,
        atOnce: 1,
      },
      takeoverMs: 60_000,
      waitForMirror: async () => {
        await step('before the ledger is read');
        await mirror(shared);
      },
      onPlanned: () => undefined,
      now: () => shared.now,
      log: silentLog,
    });
    this.planLog.catchUp();
    this.scores.catchUp();
  }

  /** The partition has another owner now. */
  revoke(): void {
    this.#isPrepared = false;
  }

  /** Delivers the first batch of the topic that nobody is done with. False: there is none, or it is not done with. */
  async deliverNext(): Promise<boolean> {
    const shared = this.#shared;
    const text = shared.topic[shared.committed];
    if (text === undefined) return false;
    if (!this.#isPrepared) {
      await mirror(shared);
      await this.planLog.refresh();
      this.#ledger.takeOver();
      this.#isPrepared = true;
    }
    const batch = deliveryBatchSchema.parse(JSON.parse(text));
    if (!this.#ledger.isLoaded(batch.plan_id)) {
      const rows = await new OutcomesRepository(shared.clickhouse).ledgerOfPlan(batch);
      this.#ledger.load(batch.plan_id, rows);
    }
    await loadAccepted(batch, {
      fence: this.#runtime.fenceOf(batch.object),
      ledger: this.#ledger,
      lastAccepted: new LastAcceptedRepository(shared.clickhouse),
      isLedgerWhole: this.#ledger.isWholeSince(this.currentPlans.plannedAt(batch) ?? 0),
      now: () => shared.now,
      log: silentLog,
    });
    const times = { deadline: DEADLINE, giveUpAt: '08:00', zone: ZONE };
    const isDone = await deliverChunk(batch, {
      runtime: this.#runtime,
      ledger: this.#ledger,
      sink: NO_SINK,
      jobs: createJobs(this.planLog, this.name),
      publish: async (outcomes) => {
        await this.#step('before outcomes');
        shared.outcomes.push(...outcomes);
        await this.#step('after outcomes');
      },
      isStale: () => false,
      isSuperseded: () => this.currentPlans.isSuperseded(batch),
      isStopped: () => false,
      isPrivacyKnown: () => true,
      refusalOf: shared.refusalOf,
      waitsUntil: () => Infinity,
      givesUpAt: () => giveUpAt(batch, this.currentPlans.of(batch.destination, batch.object), times),
      onReach: () => undefined,
      onPaused: () => undefined,
      onResumed: () => undefined,
      onLongWait: () => undefined,
      onOutOfTime: () => undefined,
      now: () => shared.now,
      sleep: (ms) => this.#sleep(ms),
    });
    await this.#step('before a commit');
    if (isDone) shared.committed += 1;
    return isDone;
  }

  async #sleep(ms: number): Promise<void> {
    this.#shared.now += ms;
    if (ms >= 100) await this.#step('while waiting');
    await new Promise((resolve) => setImmediate(resolve));
  }

  #producer(): BatchProducer {
    const nothing = (): Promise<void> => Promise.resolve();
    const send: BatchProducer['send'] = async ({ topic, value }) => {
      await this.#step('before a batch');
      this.#shared.topic.push(String(value));
      await this.#step('after a batch');
      return { topic, partition: 0, offset: BigInt(this.#shared.topic.length - 1) };
    };
    const sendMany: BatchProducer['sendMany'] = (records) => Promise.all(records.map(send));
    return { connect: nothing, send, sendMany, queuedBytes: () => 0, flush: nothing, close: nothing };
  }
}
