import {
  ACCOUNT_SCHEMA,
  entityTopics,
  PERSON_SCHEMA,
  SIGNAL_SCHEMA,
  signalTopic,
  signalTopicName,
  valueSubject,
  type SignalTopic,
} from '@millrace/contract-signal';
import type { TopicSpec } from '@millrace/platform-kafka';

import type { CollectorConfig } from './app.config';

/** A topic as it should be, and the schema of its values. */
export interface Deployable {
  readonly topic: TopicSpec;
  readonly subject: string;
  readonly schema: typeof SIGNAL_SCHEMA;
}

const ENOUGH_FOR_TWO_IN_SYNC = 3;

/** Names of the topics that signals of these sources are appended to. Pure. */
export const signalTopicsOf = (sources: readonly string[], prefix: string): string[] =>
  sources.map((source) => signalTopicName(source, prefix));

/** Names of all topics that are produced to. Pure. */
export function topicsOf(sources: readonly string[], prefix: string): string[] {
  const { accounts, people } = entityTopics(prefix);
  return [...signalTopicsOf(sources, prefix), accounts.name, people.name];
}

/** Everything the collector owns: a topic for each source of signals and the two of entities. Pure. */
export function deploymentOf(
  config: Pick<CollectorConfig, 'TOPIC_PREFIX' | 'TOPIC_PARTITIONS' | 'TOPIC_REPLICATION_FACTOR'>,
  sources: readonly string[],
): readonly Deployable[] {
  const replicationFactor = config.TOPIC_REPLICATION_FACTOR;
  // "Accepted means durable" needs a second copy wherever there are three brokers, and no leader that lacks records.
  const durability = {
    'min.insync.replicas': replicationFactor >= ENOUGH_FOR_TWO_IN_SYNC ? '2' : '1',
    'unclean.leader.election.enable': 'false',
  };
  const deployable = (topic: SignalTopic, schema: Deployable['schema']): Deployable => ({
    topic: { ...topic, replicationFactor, config: { ...topic.config, ...durability } },
    subject: valueSubject(topic.name),
    schema,
  });
  const prefix = config.TOPIC_PREFIX;
  const entities = entityTopics(prefix);
  return [
    ...sources.map((source) =>
      deployable(signalTopic(source, { prefix, partitions: config.TOPIC_PARTITIONS }), SIGNAL_SCHEMA),
    ),
    deployable(entities.accounts, ACCOUNT_SCHEMA),
    deployable(entities.people, PERSON_SCHEMA),
  ];
}
