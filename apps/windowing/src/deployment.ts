import { join } from 'node:path';

import { SIGNAL_SCHEMA, signalTopic, valueSubject } from '@millrace/contract-signal';
import { sealedTopic } from '@millrace/contract-window';
import { decisionTopic, installationTopicName, type TopicSpec } from '@millrace/platform-kafka';

import type { WindowingConfig } from './app.config';

/** Tables and views of this service. */
export const MIGRATIONS = join(__dirname, 'migrations');

/** The topics that windowing itself writes: what the installation is, the chain, and retried records. Sources bring their own. */
export function topicsOf(config: WindowingConfig): readonly TopicSpec[] {
  const replicationFactor = config.TOPIC_REPLICATION_FACTOR;
  const retried = signalTopic('retried', { prefix: config.TOPIC_PREFIX, partitions: config.TOPIC_PARTITIONS });
  return [
    decisionTopic(installationTopicName(config.TOPIC_PREFIX), { replicationFactor }),
    decisionTopic(sealedTopic(config.TOPIC_PREFIX).name, { replicationFactor }),
    { ...retried, replicationFactor },
  ];
}

export function schemasOf(config: WindowingConfig) {
  const retried = signalTopic('retried', { prefix: config.TOPIC_PREFIX }).name;
  return [{ subject: valueSubject(retried), schema: SIGNAL_SCHEMA }];
}
