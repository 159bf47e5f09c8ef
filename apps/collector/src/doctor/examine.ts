import { examinePlace, fine, wrong, type Finding, type Look } from '@millrace/platform-commands';
import { kafkaConnectionOf } from '@millrace/platform-config';
import { createKafka, describeTopics, SchemaRegistryCodec, topicProblems } from '@millrace/platform-kafka';

import type { CollectorConfig } from '../app.config';
import { deploymentOf, type Deployable } from '../deploy/deployment';
import { readWriteKeys } from '../write-keys/read-write-keys';

const DEPLOY = 'Run `npx millrace deploy`';

/** Looks at everything the collector stands on and changes nothing. */
export async function examine(config: CollectorConfig): Promise<readonly Finding[]> {
  const deployables = deploymentOf(config);
  const registry = new SchemaRegistryCodec({ url: config.SCHEMA_REGISTRY_URL });
  return Promise.all([
    examinePlace('kafka topics', () => lookAtTopics(config, deployables)),
    examinePlace('schemas', () => lookAtSchemas(registry, deployables)),
    examinePlace('write keys', () => lookAtKeys(config)),
  ]);
}

async function lookAtTopics(config: CollectorConfig, deployables: readonly Deployable[]): Promise<Look> {
  const kafka = createKafka({ ...kafkaConnectionOf(config), clientId: 'collector-doctor' });
  const topics = deployables.map(({ topic }) => topic);
  const problems = topicProblems(await describeTopics(kafka, topics));
  return problems === '' ? fine(`${topics.length} topics as they should be`) : wrong(problems, DEPLOY);
}

async function lookAtSchemas(registry: SchemaRegistryCodec, deployables: readonly Deployable[]): Promise<Look> {
  const ids = await Promise.all(deployables.map(({ subject, schema }) => registry.schemaIdOf(subject, schema)));
  const missing = deployables.filter((_, index) => ids[index] === undefined).map(({ subject }) => subject);
  if (missing.length === 0) return fine(`${ids.length} subjects hold this version's schemas`);
  return wrong(`not registered: ${missing.join(', ')}`, DEPLOY);
}

function lookAtKeys(config: CollectorConfig): Look {
  const keys = readWriteKeys({
    lines: config.COLLECTOR_WRITE_KEYS,
    file: config.COLLECTOR_WRITE_KEYS_FILE,
    sources: config.COLLECTOR_SOURCES,
  });
  return fine(`${keys.size} keys for ${keys.sources.join(', ')}`);
}
