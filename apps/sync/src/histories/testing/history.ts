import type { ClickHouse } from '@millrace/platform-clickhouse';
import type { HttpClient } from '@millrace/platform-http';

import { destinationSchema, type DestinationEntry, type ObjectMapping } from '../../destinations/destination-file';
import type { ConfiguredDestination } from '../../destinations/load-destinations';
import { INSTANCE, HistoryWorld } from './history-world';
import { LogInMemory } from './log-in-memory';
import { madeCrm } from './made-crm.destination';
import { mirror, Replica, type Shared } from './replica-in-memory';
import { ScoringInMemory } from './scoring-in-memory';

export const DAY = 86_400_000;
export const MINUTE = 60_000;
/** 02:00 in New York. */
export const FIRST_NIGHT = Date.UTC(2026, 0, 5, 7);
const MAX_ROUNDS = 40;

/** The process died there. */
export class Killed extends Error {}

export interface HistoryOptions {
  readonly name: string;
  readonly clickhouse: ClickHouse;
  readonly client: HttpClient;
  readonly object: object;
  readonly settings?: object;
  readonly pollsOfJob?: number;
  readonly chunkRecords?: number;
}

/** One destination with its CRM, scoring and two replicas, and the steps that they can take. */
export class History {
  readonly world: HistoryWorld;
  readonly scoring: ScoringInMemory;
  readonly shared: Shared;
  readonly log: string[] = [];
  replicas: [Replica, Replica];
  /** Called at every step of a replica; may throw Killed, or do something else meanwhile. */
  onStep: (replica: number, step: string) => Promise<void> = () => Promise.resolve();
  readonly #options: HistoryOptions;
  readonly #busy = new Set<string>();
  #owner = 0;

  constructor(options: HistoryOptions) {
    this.#options = options;
    const { name, clickhouse, client, pollsOfJob = 2, chunkRecords = 1_000 } = options;
    const now = (): number => this.shared.now;
    this.world = new HistoryWorld(clickhouse, `${INSTANCE}-${name}`, this.mappingOf(options.object), pollsOfJob);
    this.shared = {
      clickhouse,
      client,
      scores: new LogInMemory(now),
      plans: new LogInMemory(now),
      topic: [],
      committed: 0,
      outcomes: [],
      mirrored: 0,
      now: FIRST_NIGHT,
      chunkRecords,
      refusalOf: ({ record_id }) =>
        this.world.people.find(({ id }) => id === record_id)?.isFlagged === true ? 'do_not_sync' : null,
    };
    this.world.isKnownTo = (planId, key) => {
      const plan = this.shared.plans
        .from(0n)
        .find(({ content }) => content['kind'] === 'plan' && content['plan_id'] === planId);
      const accepted = this.shared.outcomes.filter((one) => one.idempotency_key === key && one.outcome === 'accepted');
      const plannedAt = Number(plan?.content['planned_at'] ?? Infinity);
      return accepted.some(({ attempted_at, duration_ms }) => attempted_at + duration_ms < plannedAt);
    };
    this.scoring = new ScoringInMemory(clickhouse, this.shared.scores, name);
    this.replicas = [this.#replica(0), this.#replica(1)];
  }

  async start(): Promise<void> {
    await this.world.crm.start();
    this.restart();
  }

  close(): Promise<void> {
    return this.world.crm.close();
  }

  note(text: string): void {
    this.log.push(`${new Date(this.shared.now).toISOString()} ${text}`);
  }

  /** Both replicas begin anew, with the mapping as it is now. */
  restart(): void {
    this.replicas = [this.#replica(0), this.#replica(1)];
  }

  mappingOf(object: object): ObjectMapping {
    return this.#entryOf(object).objects[0] as ObjectMapping;
  }

  /** One planner looks once. False: it died. */
  plan(index: number): Promise<boolean> {
    return this.#alone(`planner ${index}`, index, () => this.replicas[index]?.planner.tick() ?? Promise.resolve());
  }

  /** The worker, which one of the replicas has, delivers a batch. */
  deliver(owner = this.#owner): Promise<boolean> {
    if (this.#busy.has('worker')) return Promise.resolve(true);
    if (owner !== this.#owner) for (const replica of this.replicas) replica.revoke();
    this.#owner = owner;
    return this.#alone('worker', owner, async () => {
      await this.replicas[owner]?.deliverNext();
    });
  }

  get isUnderWay(): boolean {
    return this.shared.committed < this.shared.topic.length;
  }

  catchUp(index: number, most?: number): void {
    this.replicas[index]?.scores.catchUp(most);
    this.replicas[index]?.planLog.catchUp(most);
  }

  /** Until nobody has anything left to do. */
  async drain(): Promise<void> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const before = this.#progress();
      for (const index of [0, 1]) {
        this.catchUp(index);
        await this.plan(index);
      }
      for (let batch = 0; batch < MAX_ROUNDS && this.isUnderWay; batch++) await this.deliver();
      await mirror(this.shared);
      await this.world.settle();
      if (this.#progress() === before && !this.isUnderWay) return;
      this.shared.now += MINUTE;
    }
    throw new Error(`${this.#options.name} does not come to rest`);
  }

  /** Match keys of the current plan whose last answer was that they were not taken. */
  excused(): ReadonlySet<string> {
    const plan = this.replicas[0].currentPlans.of(this.#options.name, 'lead');
    const ends = this.shared.outcomes.filter(
      ({ plan_id, is_final, detail }) =>
        plan_id === plan?.plan_id && is_final && detail !== 'A newer value was accepted',
    );
    const taken = new Set(ends.filter(({ outcome }) => outcome === 'accepted').map(({ match_key }) => match_key));
    return new Set(ends.map(({ match_key }) => match_key).filter((key) => !taken.has(key)));
  }

  #progress(): string {
    const { topic, committed, plans, outcomes } = this.shared;
    return [topic.length, committed, plans.end, outcomes.length].join();
  }

  async #alone(part: string, index: number, work: () => Promise<void>): Promise<boolean> {
    if (this.#busy.has(part)) return true;
    this.#busy.add(part);
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      this.note(`replica ${index} dies: ${error.message}`);
      this.replicas[index] = this.#replica(index);
      return false;
    } finally {
      this.#busy.delete(part);
    }
  }

  #replica(index: number): Replica {
    return new Replica(`replica-${index}`, this.#configured(), this.shared, (step) => this.onStep(index, step));
  }

  #entryOf(object: object): DestinationEntry {
    const { name } = this.#options;
    const objects = [{ object: 'lead', refresh_days: 0, fields: { score: { from: 'lead_score.score' } }, ...object }];
    return destinationSchema.parse({ name, kind: 'made_crm', instance: `${INSTANCE}-${name}`, settings: {}, objects });
  }

  #configured(): ConfiguredDestination {
    const entry = { ...this.#entryOf({}), objects: [this.world.mapping], urgent_reserve: 0 };
    const settings = {
      url: this.world.crm.url,
      bulk_from: 1_000_000,
      most_records: 3,
      can_abort: false,
      ...this.#options.settings,
    };
    return { entry, destination: madeCrm, settings, redact: (text) => text };
  }
}
