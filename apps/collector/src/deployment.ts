import {
  ACCOUNT_SCHEMA,
  cursorsTopic,
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

/** The schema of a topic's values. */
export interface Subject {
  readonly subject: string;
  readonly schema: typeof SIGNAL_SCHEMA;
}

/** What the collector owns. */
export interface Deployment {
  readonly topics: readonly TopicSpec[];
  readonly subjects: readonly Subject[];
}

const ENOUGH_FOR_TWO_IN_SYNC = 3;

/** Names of the topics that signals of these sources are appended to. Pure. */
export const signalTopicsOf = (sources: readonly string[], prefix: string): string[] =>
  sources.map((source) => signalTopicName(source, prefix));

/** Names of all topics that are produced to. Pure. */
export function topicsOf(sources: readonly string[], prefix: string): string[] {
  const { accounts, people } = entityTopics(prefix);
  return [...signalTopicsOf(sources, prefix), accounts.name, people.name, cursorsTopic(prefix).name];
}

/** Everything the collector owns: a topic for each source of signals, the two of entities, the one of cursors. Pure. */
export function deploymentOf(
  config: Pick<CollectorConfig, 'TOPIC_PREFIX' | 'TOPIC_PARTITIONS' | 'TOPIC_REPLICATION_FACTOR'>,
  sources: readonly string[],
): Deployment {
  const replicationFactor = config.TOPIC_REPLICATION_FACTOR;
  // "Accepted means durable" needs a second copy wherever there are three brokers, and no leader that lacks records.
  const durability = {
    'min.insync.replicas': replicationFactor >= ENOUGH_FOR_TWO_IN_SYNC ? '2' : '1',
    'unclean.leader.election.enable': 'false',
  };
  const prefix = config.TOPIC_PREFIX;
  const entities = entityTopics(prefix);
  const signals = sources.map((source) => signalTopic(source, { prefix, partitions: config.TOPIC_PARTITIONS }));
  const topics = [...signals, entities.accounts, entities.people, cursorsTopic(prefix)];
  const subjectOf = ({ name }: SignalTopic, schema: Subject['schema']): Subject => ({
    subject: valueSubject(name),
    schema,
  });
  return {
    topics: topics.map((topic) => ({ ...topic, replicationFactor, config: { ...topic.config, ...durability } })),
    subjects: [
      ...signals.map((topic) => subjectOf(topic, SIGNAL_SCHEMA)),
      subjectOf(entities.accounts, ACCOUNT_SCHEMA),
      subjectOf(entities.people, PERSON_SCHEMA),
    ],
  };
}
