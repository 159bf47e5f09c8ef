import {
  editsTopic,
  publicationsTopic,
  readScoreDecision,
  scoresTopic,
  type NewScoreDecision,
  type ScoreDecision,
} from '@millrace/contract-score';
import { readSealStep, sealedTopic, type SealStep } from '@millrace/contract-window';
import { createClickHouse, type ClickHouse } from '@millrace/platform-clickhouse';
import { clickhouseConnectionOf, installationVariablesOf, kafkaConnectionOf } from '@millrace/platform-config';
import {
  createDecisionLog,
  createKafka,
  SchemaRegistryCodec,
  watchInstallation,
  type DecisionLog,
  type InstallationWatch,
  type KafkaClient,
  type KafkaLog,
} from '@millrace/platform-kafka';
import { createLineage, type Lineage } from '@millrace/platform-lineage';

import type { ScoringConfig } from '../app.config';
import { createEditsLog, type EditsLog } from './edits-log';
import { createPublicationsLog, type PublicationsLog } from './publications-log';

export type ScoresLog = DecisionLog<ScoreDecision, NewScoreDecision>;

/** What the service and its command line are connected to. */
export interface Connections {
  readonly config: ScoringConfig;
  readonly log: KafkaLog;
  readonly kafka: KafkaClient;
  readonly clickhouse: ClickHouse;
  readonly registry: SchemaRegistryCodec;
  /** The chain of seal steps; read only. */
  readonly chain: DecisionLog<SealStep>;
  /** Ticks and runs. */
  readonly scores: ScoresLog;
  /** Zone and windows, as the installation recorded them. It starts by itself. */
  readonly installation: InstallationWatch;
  /** Who is who, as people corrected it. It starts by itself. */
  readonly edits: EditsLog;
  /** Settings of models, as people published them. It starts by itself. */
  readonly publications: PublicationsLog;
  /** Tells a catalogue of runs, if one wants to hear of them. */
  readonly lineage: Lineage;
}

/** Connects nothing yet: `chain.start()` and `scores.start()` do. */
export function createConnections(config: ScoringConfig, log: KafkaLog): Connections {
  const kafka = createKafka({ ...kafkaConnectionOf(config), clientId: 'scoring', logger: log });
  const clickhouse = createClickHouse({ ...clickhouseConnectionOf(config), application: 'scoring' });
  const registry = new SchemaRegistryCodec({ url: config.SCHEMA_REGISTRY_URL });
  const chain = createDecisionLog<SealStep>({
    kafka,
    log,
    topic: sealedTopic(config.TOPIC_PREFIX).name,
    read: readSealStep,
  });
  const scores = createDecisionLog<ScoreDecision, NewScoreDecision>({
    kafka,
    log,
    topic: scoresTopic(config.TOPIC_PREFIX).name,
    read: readScoreDecision,
  });
  const edits = createEditsLog({ kafka, log, topic: editsTopic(config.TOPIC_PREFIX).name });
  const publications = createPublicationsLog({ kafka, log, topic: publicationsTopic(config.TOPIC_PREFIX).name });
  const installation = watchInstallation(
    { kafka, topicPrefix: config.TOPIC_PREFIX, log },
    installationVariablesOf(config),
  );
  const lineage = createLineage({ service: 'scoring', config, clickhouse, log });
  return { config, log, kafka, clickhouse, registry, chain, scores, installation, edits, publications, lineage };
}

/** Refuses a process whose zone or windows are not those that the installation recorded. */
export const agreeWithInstallation = ({ installation }: Connections): Promise<void> => installation.agree();

export async function closeConnections(connections: Connections): Promise<void> {
  const { chain, scores, installation, edits, publications, clickhouse, lineage } = connections;
  const parts = [chain, scores, installation, edits, publications];
  await Promise.allSettled([...parts.map((part) => part.stop()), lineage.close()]);
  await clickhouse.close();
}
