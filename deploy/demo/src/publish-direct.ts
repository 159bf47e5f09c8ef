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
  readonly kafkaBrokers: string;
  readonly schemaRegistryUrl: string;
}

/** What a team without the collector does: encode with its schema, produce to its topic, wait for all acknowledgements. */
export async function publishDirect(
  options: DirectOptions,
  content: { accounts: readonly Account[]; people: readonly Person[]; signals: Iterable<Signal> },
): Promise<number> {
  const kafka = createKafka({ brokers: options.kafkaBrokers.split(','), clientId: 'demo-direct' });
  const codec = new SchemaRegistryCodec({ url: options.schemaRegistryUrl });
  const producer = createBatchProducer({ kafka });
  const topics = entityTopics();
  const ids = new Map<string, number>();
  const schemaId = async (topic: string): Promise<number> => {
    const id = ids.get(topic) ?? (await codec.latestSchemaId(valueSubject(topic)));
    if (id === undefined) throw new ContractError(`${topic} has no schema`, { advice: 'run millrace deploy first' });
    ids.set(topic, id);
    return id;
  };

  const records: ProducerRecord[] = [];
  for (const account of content.accounts) {
    const id = await schemaId(topics.accounts.name);
    records.push({
      topic: topics.accounts.name,
      key: account.account_id,
      value: frame(id, accountType.toBuffer(account)),
    });
  }
  for (const person of content.people) {
    const id = await schemaId(topics.people.name);
    records.push({ topic: topics.people.name, key: person.person_id, value: frame(id, personType.toBuffer(person)) });
  }
  const entities = records.length;
  for (const signal of content.signals) {
    const topic = signalTopicName(signal.source);
    const id = await schemaId(topic);
    records.push({
      topic,
      key: partitionKeyOf(signal) ?? signal.signal_id,
      value: frame(id, signalType.toBuffer(signal)),
    });
  }
  try {
    await producer.sendMany(records);
  } finally {
    await producer.close();
  }
  return records.length - entities;
}
