import {
  accountType,
  createAccount,
  createPerson,
  createSignal,
  entityTopics,
  personType,
  ACCOUNT_SCHEMA,
  PERSON_SCHEMA,
  SIGNAL_SCHEMA,
  signalTopic,
  signalType,
  valueSubject,
  partitionKeyOf,
  type Account,
  type Person,
  type Signal,
  type SignalTopic,
} from '@millrace/contract-signal';
import { createBatchProducer, ensureTopics, SchemaRegistryCodec, type BatchProducer } from '@millrace/platform-kafka';
import type { Stack } from '@millrace/platform-testing';

/** What the collector would produce, without the collector. */
export class SignalProducer {
  readonly #prefix: string;
  readonly #registry: SchemaRegistryCodec;
  readonly #stack: Stack;
  readonly #producer: BatchProducer;
  readonly #schemaIds = new Map<string, number>();

  constructor(stack: Stack) {
    this.#stack = stack;
    this.#prefix = stack.topicPrefix;
    this.#registry = new SchemaRegistryCodec({ url: stack.schemaRegistryUrl });
    this.#producer = createBatchProducer({ kafka: stack.kafka, lingerMs: 0 });
  }

  async createTopics(sources: readonly string[]): Promise<void> {
    const entities = entityTopics(this.#prefix);
    const topics: [SignalTopic, typeof SIGNAL_SCHEMA][] = [
      [entities.accounts, ACCOUNT_SCHEMA],
      [entities.people, PERSON_SCHEMA],
      ...sources.map((source): [SignalTopic, typeof SIGNAL_SCHEMA] => [
        signalTopic(source, { prefix: this.#prefix, partitions: 3 }),
        SIGNAL_SCHEMA,
      ]),
    ];
    await ensureTopics(
      this.#stack.kafka,
      topics.map(([topic]) => ({ ...topic, replicationFactor: 1 })),
    );
    for (const [topic, schema] of topics) {
      this.#schemaIds.set(topic.name, await this.#registry.registerSchema(valueSubject(topic.name), schema));
    }
  }

  async account(values: Partial<Account> & Pick<Account, 'account_id'>): Promise<void> {
    const account = createAccount({ updated_at: 1, ...values });
    await this.#send(entityTopics(this.#prefix).accounts.name, account.account_id, accountType.toBuffer(account));
  }

  async person(values: Partial<Person> & Pick<Person, 'person_id'>): Promise<void> {
    const person = createPerson({ updated_at: 1, ...values });
    await this.#send(entityTopics(this.#prefix).people.name, person.person_id, personType.toBuffer(person));
  }

  /** Resolves with when the signal was accepted, as the collector's 2xx would say. */
  async signal(id: string, type: string, values: Partial<Signal>): Promise<number> {
    const now = Date.now();
    const source = values.source ?? 'website';
    const signal = createSignal({ signal_id: id, type, source, occurred_at: now, received_at: now, ...values });
    await this.#send(
      signalTopic(source, { prefix: this.#prefix }).name,
      partitionKeyOf(signal),
      signalType.toBuffer(signal),
    );
    return Date.now();
  }

  close(): Promise<void> {
    return this.#producer.close();
  }

  async #send(topic: string, key: string | null, body: Buffer): Promise<void> {
    await this.#producer.send({ topic, key, value: this.#registry.frame(this.#schemaIds.get(topic) ?? -1, body) });
  }
}
