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
import { hasSignals, type Instance } from './instances/load-instances';

/** A topic as it should be, and the schema of its values. */
export interface Deployable {
  readonly topic: TopicSpec;
  readonly subject: string;
  readonly schema: typeof SIGNAL_SCHEMA;
}

const ENOUGH_FOR_TWO_IN_SYNC = 3;

/** Names of the topics that the instances' signals are appended to. Pure. */
export const signalTopicsOf = (instances: readonly Instance[], prefix: string): string[] =>
  instances.filter(hasSignals).map(({ name }) => signalTopicName(name, prefix));

/** Names of all topics that are produced to. Pure. */
export function topicsOf(instances: readonly Instance[], prefix: string): string[] {
  const { accounts, people } = entityTopics(prefix);
  return [...signalTopicsOf(instances, prefix), accounts.name, people.name];
}

/** Everything the collector owns: a topic for the signals of each instance and the two of entities. Pure. */
export function deploymentOf(
  config: Pick<CollectorConfig, 'TOPIC_PREFIX' | 'TOPIC_PARTITIONS' | 'TOPIC_REPLICATION_FACTOR'>,
  instances: readonly Instance[],
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
    ...instances
      .filter(hasSignals)
      .map(({ name }) => deployable(signalTopic(name, { prefix, partitions: config.TOPIC_PARTITIONS }), SIGNAL_SCHEMA)),
    deployable(entities.accounts, ACCOUNT_SCHEMA),
    deployable(entities.people, PERSON_SCHEMA),
  ];
}
