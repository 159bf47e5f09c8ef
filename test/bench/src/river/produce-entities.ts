import {
  accountType,
  entityTopics,
  personType,
  valueSubject,
  type Account,
  type Person,
} from '@millrace/contract-signal';
import { createBatchProducer, frame, SchemaRegistryCodec, type ProducerRecord } from '@millrace/platform-kafka';
import type { Stack } from '@millrace/platform-testing';

/** Straight into `entities.*`; topics and schemas are deployed. */
export async function produceEntities(
  stack: Stack,
  { accounts, people }: { accounts: readonly Account[]; people: readonly Person[] },
): Promise<void> {
  const codec = new SchemaRegistryCodec({ url: stack.schemaRegistryUrl });
  const topics = entityTopics(stack.topicPrefix);
  const idOf = async (topic: string): Promise<number> => {
    const id = await codec.latestSchemaId(valueSubject(topic));
    if (id === undefined) throw new Error(`${topic} has no schema`);
    return id;
  };
  const [accountsId, peopleId] = [await idOf(topics.accounts.name), await idOf(topics.people.name)];
  const records: ProducerRecord[] = [
    ...accounts.map((account) => ({
      topic: topics.accounts.name,
      key: account.account_id,
      value: frame(accountsId, accountType.toBuffer(account)),
    })),
    ...people.map((person) => ({
      topic: topics.people.name,
      key: person.person_id,
      value: frame(peopleId, personType.toBuffer(person)),
    })),
  ];
  const producer = createBatchProducer({ kafka: stack.kafka });
  await producer.sendMany(records);
  await producer.close();
}
