import { ACCOUNT_SCHEMA, entityTopics, PERSON_SCHEMA } from '@millrace/contract-signal';
import {
  createCompactedView,
  type CompactedView,
  type KafkaLog,
  type SchemaRegistryCodec,
} from '@millrace/platform-kafka';
import type { Kafka } from 'kafkajs';

import { IDLE_FETCH_MS } from '../idle-fetch';
import { projectionOf } from './projected-signal';

export interface KnownPerson {
  readonly person_id: string;
  readonly email: string | null;
  readonly account_id: string | null;
  readonly do_not_sync: boolean;
}

export interface KnownAccount {
  readonly account_id: string;
  readonly domain: string | null;
  readonly tier: string | null;
  readonly is_target: boolean;
}

/** What the fast lane asks about people and accounts. */
export interface EntityLookup {
  person(id: string): KnownPerson | undefined;
  personByEmail(email: string): KnownPerson | undefined;
  account(id: string): KnownAccount | undefined;
  accountByDomain(domain: string): KnownAccount | undefined;
}

const personProjection = projectionOf(PERSON_SCHEMA, ['person_id', 'email', 'account_id', 'do_not_sync']);
const accountProjection = projectionOf(ACCOUNT_SCHEMA, ['account_id', 'domain', 'tier', 'is_target']);

/** A local copy of the compacted entity topics, so that the fast lane asks nobody. */
export class EntitiesView implements EntityLookup {
  readonly #people: string;
  readonly #accounts: string;
  readonly #view: CompactedView<KnownPerson | KnownAccount>;
  readonly #personOfEmail = new Map<string, string>();
  readonly #accountOfDomain = new Map<string, string>();

  constructor(options: {
    readonly kafka: Kafka;
    readonly registry: SchemaRegistryCodec;
    readonly topicPrefix: string;
    readonly discoveryIntervalMs: number;
    readonly log: KafkaLog;
  }) {
    const topics = entityTopics(options.topicPrefix);
    this.#people = topics.people.name;
    this.#accounts = topics.accounts.name;
    const decodePerson = options.registry.decoder<KnownPerson>(personProjection);
    const decodeAccount = options.registry.decoder<KnownAccount>(accountProjection);
    this.#view = createCompactedView<KnownPerson | KnownAccount>({
      kafka: options.kafka,
      topics: [this.#people, this.#accounts],
      discoveryIntervalMs: options.discoveryIntervalMs,
      maxWaitTimeMs: IDLE_FETCH_MS,
      log: options.log,
      parse: async ({ topic, value }) => {
        const decoded = await (topic === this.#people ? decodePerson(value) : decodeAccount(value));
        return decoded.ok ? decoded.value : undefined;
      },
    });
    this.#view.onChange((_topic, _key, value) => {
      if (value === undefined) return;
      if ('person_id' in value) {
        if (value.email !== null) this.#personOfEmail.set(value.email.toLowerCase(), value.person_id);
      } else if (value.domain !== null) this.#accountOfDomain.set(value.domain.toLowerCase(), value.account_id);
    });
  }

  /** Begins reading; does not wait for topics that nobody has created yet. */
  start(): void {
    this.#view.start().catch(() => undefined);
  }

  ready(): Promise<void> {
    return this.#view.ready();
  }

  isReady(): boolean {
    return this.#view.isReady();
  }

  stop(): Promise<void> {
    return this.#view.stop();
  }

  person(id: string): KnownPerson | undefined {
    return this.#view.get(this.#people, id) as KnownPerson | undefined;
  }

  personByEmail(email: string): KnownPerson | undefined {
    const id = this.#personOfEmail.get(email.toLowerCase());
    return id === undefined ? undefined : this.person(id);
  }

  account(id: string): KnownAccount | undefined {
    return this.#view.get(this.#accounts, id) as KnownAccount | undefined;
  }

  accountByDomain(domain: string): KnownAccount | undefined {
    const id = this.#accountOfDomain.get(domain.toLowerCase());
    return id === undefined ? undefined : this.account(id);
  }
}
