import { SIGNAL_SCHEMA, signalTopicName, signalType, valueSubject, type Signal } from '@millrace/contract-signal';
import { ConfigError } from '@millrace/platform-errors';
import type { SchemaRegistryCodec } from '@millrace/platform-kafka';

import type { CollectorConfig } from '../app.config';
import type { OpenTopic } from './map-events';

/** Looks up each source's schema id, at start. Throws ConfigError while a subject is not deployed. */
export async function openTopics(
  registry: SchemaRegistryCodec,
  { COLLECTOR_SOURCES: sources, TOPIC_PREFIX: prefix }: Pick<CollectorConfig, 'COLLECTOR_SOURCES' | 'TOPIC_PREFIX'>,
): Promise<ReadonlyMap<string, OpenTopic>> {
  const opened = await Promise.all(
    sources.map(async (source): Promise<[string, OpenTopic]> => {
      const topic = signalTopicName(source, prefix);
      const id = await deployedSchemaId(registry, valueSubject(topic), SIGNAL_SCHEMA);
      return [source, { source, topic, encode: registry.encoder<Signal>(id, signalType) }];
    }),
  );
  return new Map(opened);
}

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
