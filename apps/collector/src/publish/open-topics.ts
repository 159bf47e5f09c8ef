import {
  ACCOUNT_SCHEMA,
  accountType,
  entityTopics,
  PERSON_SCHEMA,
  personType,
  SIGNAL_SCHEMA,
  signalTopicName,
  signalType,
  valueSubject,
  type Signal,
} from '@millrace/contract-signal';
import { ConfigError, ContractError } from '@millrace/platform-errors';
import type { SchemaRegistryCodec } from '@millrace/platform-kafka';

import { hasSignals, type Instance } from '../instances/load-instances';
import type { InstanceTopics, OpenTopic } from './map-records';

/** By instance the topics of its records. */
export type OpenTopics = ReadonlyMap<string, InstanceTopics>;

type AvroType = Parameters<SchemaRegistryCodec['encoder']>[1];

/** Looks up the schema ids that are written with, at start. Throws ConfigError while a subject is not deployed. */
export async function openTopics(
  registry: SchemaRegistryCodec,
  instances: readonly Instance[],
  prefix: string,
): Promise<OpenTopics> {
  const open = async <Value>(
    topic: string,
    schema: typeof SIGNAL_SCHEMA,
    type: AvroType,
  ): Promise<OpenTopic<Value>> => {
    const id = await deployedSchemaId(registry, valueSubject(topic), schema);
    return { topic, encode: registry.encoder<Value>(id, type) };
  };
  const entities = entityTopics(prefix);
  const [people, accounts] = await Promise.all([
    open(entities.people.name, PERSON_SCHEMA, personType),
    open(entities.accounts.name, ACCOUNT_SCHEMA, accountType),
  ]);
  const opened = await Promise.all(
    instances.map(async (instance): Promise<[string, InstanceTopics]> => {
      const { name } = instance;
      if (!hasSignals(instance)) return [name, { signals: noSignals(name), people, accounts }];
      const signals = await open(signalTopicName(name, prefix), SIGNAL_SCHEMA, signalType);
      return [name, { signals, people, accounts }];
    }),
  );
  return new Map(opened);
}

/** Of what tells of people or accounts only. */
const noSignals = (name: string): OpenTopic<Signal> => ({
  topic: '',
  encode: () => {
    throw new ContractError(`The type of "${name}" says that it gives no signals, and gave one`, {
      actor: 'developer',
    });
  },
});

/** The id of this version's schema. Throws ConfigError when it is not deployed. */
export async function deployedSchemaId(
  registry: SchemaRegistryCodec,
  subject: string,
  schema: typeof SIGNAL_SCHEMA,
): Promise<number> {
  const id = await registry.schemaIdOf(subject, schema);
  if (id !== undefined) return id;
  throw new ConfigError(`The registry does not hold this version's schema under ${subject}`, {
    code: 'SCHEMA_UNKNOWN',
    details: { subject },
    advice: 'Run `npx millrace deploy`',
  });
}
