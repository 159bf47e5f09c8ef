import { ACCOUNT_SCHEMA, entityTopics, PERSON_SCHEMA } from '@millrace/contract-signal';
import { describeInPublic } from '@millrace/platform-errors';
import {
  createCompactedView,
  type CompactedView,
  type KafkaClient,
  type KafkaLog,
  type SchemaRegistryCodec,
} from '@millrace/platform-kafka';

import { IDLE_FETCH_MS } from '../idle-fetch';
import { projectionOf } from '../urgent/projected-signal';
import { EntityIndex } from './entity-index';
import { GONE, UNREADABLE, type KnownAccount, type PersonRecord } from './known-entities';
import {
  ACCOUNT_FIELDS,
  PERSON_FIELDS,
  readAccount,
  readPerson,
  type ReadAccount,
  type ReadPerson,
} from './read-entity';

const personProjection = projectionOf(PERSON_SCHEMA, PERSON_FIELDS);
const accountProjection = projectionOf(ACCOUNT_SCHEMA, ACCOUNT_FIELDS);

type Kept = PersonRecord | KnownAccount | typeof GONE;

/** Flags that are older than this are not known well enough to send by. */
const MOST_BEHIND_MS = 10_000;

export const entitiesGroup = (topicPrefix: string): string => `${topicPrefix}sync-entities`;

/** A local copy of the compacted entity topics, so that nobody is asked before something is sent. */
export class EntitiesView {
  readonly index = new EntityIndex();
  readonly #view: CompactedView<Kept>;
  #unreadable = 0;

  constructor(deps: {
    readonly kafka: KafkaClient;
    readonly registry: SchemaRegistryCodec;
    readonly topicPrefix: string;
    readonly discoveryIntervalMs: number;
    readonly log: KafkaLog;
  }) {
    const topics = entityTopics(deps.topicPrefix);
    const people = topics.people.name;
    const decodePerson = deps.registry.decoder<ReadPerson>(personProjection);
    const decodeAccount = deps.registry.decoder<ReadAccount>(accountProjection);
    this.#view = createCompactedView<Kept>({
      kafka: deps.kafka,
      name: entitiesGroup(deps.topicPrefix),
      topics: [people, topics.accounts.name],
      discoveryIntervalMs: deps.discoveryIntervalMs,
      maxWaitTimeMs: IDLE_FETCH_MS,
      log: deps.log,
      parse: async ({ topic, key, value, offset }) => {
        const name = String(key ?? '');
        const decoded = await (topic === people ? decodePerson(value) : decodeAccount(value));
        if (decoded.ok) {
          return topic === people
            ? readPerson(name, decoded.value as ReadPerson)
            : readAccount(name, decoded.value as ReadAccount);
        }
        this.#unreadable += 1;
        const where = { topic, offset: String(offset), reason: decoded.reason };
        deps.log.warn(where, 'a record of people or accounts cannot be read; a person it is about is not sent');
        // What an account said before stands; a person's flags may have changed.
        return topic === people ? UNREADABLE : undefined;
      },
    });
    this.#view.onChange((topic, key, value) => {
      const known = value === GONE ? undefined : value;
      if (topic === people) this.index.setPerson(key, known as PersonRecord | undefined);
      else this.index.setAccount(key, known as KnownAccount | undefined);
    });
  }

  /** Begins reading; does not wait for topics that nobody has created yet. */
  start(): void {
    this.#view.start().catch(() => undefined);
  }

  stop(): Promise<void> {
    return this.#view.stop();
  }

  /** Everything said up to a few seconds ago is known. Only then does "no record" mean that no flag was ever set. */
  isCurrent(): boolean {
    return this.#view.isCurrent(MOST_BEHIND_MS);
  }

  /** Records known of and not read yet. */
  lag(): number {
    return this.#view.lag();
  }

  /** Records that could not be read since the start. */
  unreadable(): number {
    return this.#unreadable;
  }

  /** Throws with the reason unless it is current. */
  assertCurrent(): void {
    if (this.isCurrent()) return;
    const problem = this.#view.problem();
    const lag = this.lag();
    const reading = lag === 0 ? 'it is being read' : `it is being read, ${lag} records are left`;
    const why = problem === undefined ? reading : describeInPublic(problem);
    throw new Error(`people and accounts are not known yet, nothing is sent until they are: ${why}`);
  }
}
