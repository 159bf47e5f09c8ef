import { join } from 'node:path';

import { editsTopic, publicationsTopic, scoresTopic } from '@millrace/contract-score';
import { entityTopics } from '@millrace/contract-signal';
import { decisionTopic, type TopicSpec } from '@millrace/platform-kafka';

import type { ScoringConfig } from './app.config';

/** Tables and views of this service. */
export const MIGRATIONS = join(__dirname, 'migrations');

/** The decision logs that scoring owns, and the entity topics that it reads (the collector ensures the same). */
export function topicsOf(config: Pick<ScoringConfig, 'TOPIC_PREFIX' | 'TOPIC_REPLICATION_FACTOR'>): TopicSpec[] {
  const replicationFactor = config.TOPIC_REPLICATION_FACTOR;
  return [
    decisionTopic(scoresTopic(config.TOPIC_PREFIX).name, { replicationFactor }),
    decisionTopic(editsTopic(config.TOPIC_PREFIX).name, { replicationFactor }),
    decisionTopic(publicationsTopic(config.TOPIC_PREFIX).name, { replicationFactor }),
    ...Object.values(entityTopics(config.TOPIC_PREFIX)).map((topic) => ({ ...topic, replicationFactor })),
  ];
}
