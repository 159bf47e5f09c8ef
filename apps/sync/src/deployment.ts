import { join } from 'node:path';

import { deliveryTopic, outcomesTopic, plansTopic, urgencyTopic } from '@millrace/contract-delivery';
import { decisionTopic, type TopicSpec } from '@millrace/platform-kafka';

import type { SyncConfig } from './app.config';

/** Tables and views of this service. */
export const MIGRATIONS = join(__dirname, 'migrations');

/** Every topic that sync owns, as it should be. Pure. */
export function topicsOf(
  config: Pick<SyncConfig, 'TOPIC_PREFIX' | 'TOPIC_REPLICATION_FACTOR'>,
  destinations: readonly string[],
): readonly TopicSpec[] {
  const prefix = config.TOPIC_PREFIX;
  const replicationFactor = config.TOPIC_REPLICATION_FACTOR;
  const growing = [
    outcomesTopic(prefix),
    ...destinations.flatMap((name) => [deliveryTopic(name, 'batch', prefix), deliveryTopic(name, 'urgent', prefix)]),
  ];
  return [
    ...[plansTopic(prefix), urgencyTopic(prefix)].map(({ name }) => decisionTopic(name, { replicationFactor })),
    ...growing.map((topic) => ({
      ...topic,
      replicationFactor,
      config: { ...topic.config, 'min.insync.replicas': replicationFactor >= 3 ? '2' : '1' },
    })),
  ];
}
