import type { Account, Person, Signal } from '@millrace/contract-signal';
import {
  accountType,
  entityTopics,
  partitionKeyOf,
  personType,
  signalTopicName,
  signalType,
  valueSubject,
} from '@millrace/contract-signal';
import { ContractError } from '@millrace/platform-errors';
import { createBatchProducer, createKafka, frame, SchemaRegistryCodec } from '@millrace/platform-kafka';
import type { ProducerRecord } from '@millrace/platform-kafka';

export interface DirectOptions {
  readonly kafkaBrokers: readonly string[];
  readonly schemaRegistryUrl: string;
  readonly topicPrefix?: string;
}

export interface DirectContent {
  readonly accounts?: Iterable<Account>;
  readonly people?: Iterable<Person>;
  readonly signals?: Iterable<Signal>;
}

interface Unframed {
  readonly topic: string;
  readonly key: string;
  readonly body: Buffer;
}

function* bodiesOf({ accounts = [], people = [], signals = [] }: DirectContent, prefix: string): Generator<Unframed> {
  const topics = entityTopics(prefix);
  for (const account of accounts) {
    yield { topic: topics.accounts.name, key: account.account_id, body: accountType.toBuffer(account) };
  }
  for (const person of people) {
    yield { topic: topics.people.name, key: person.person_id, body: personType.toBuffer(person) };
  }
  for (const signal of signals) {
    const topic = signalTopicName(signal.source, prefix);
    yield { topic, key: partitionKeyOf(signal) ?? signal.signal_id, body: signalType.toBuffer(signal) };
  }
}

/** What a team without the collector does: encode with its schema, produce to its topic, wait for all acknowledgements. */
export async function publishDirect(options: DirectOptions, content: DirectContent): Promise<void> {
  const codec = new SchemaRegistryCodec({ url: options.schemaRegistryUrl });
  const ids = new Map<string, number>();
  const schemaId = async (topic: string): Promise<number> => {
    const id = ids.get(topic) ?? (await codec.latestSchemaId(valueSubject(topic)));
    if (id === undefined)
      throw new ContractError(`${topic} has no schema`, { advice: 'run npx millrace deploy first' });
    ids.set(topic, id);
    return id;
  };
  const records: ProducerRecord[] = [];
  for (const { topic, key, body } of bodiesOf(content, options.topicPrefix ?? '')) {
    records.push({ topic, key, value: frame(await schemaId(topic), body) });
  }
  const kafka = createKafka({ brokers: [...options.kafkaBrokers], clientId: 'publish-direct' });
  const producer = createBatchProducer({ kafka });
  try {
    await producer.sendMany(records);
  } finally {
    await producer.close();
  }
}
