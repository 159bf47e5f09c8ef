import { examinePlace, fine, wrong, type Finding, type Look } from '@millrace/platform-commands';
import { kafkaConnectionOf } from '@millrace/platform-config';
import { createKafka, describeTopics, SchemaRegistryCodec, type TopicReport } from '@millrace/platform-kafka';

import type { CollectorConfig } from '../app.config';
import { deploymentOf, type Deployable } from '../deploy/deployment';
import { readWriteKeys } from '../write-keys/read-write-keys';

const DEPLOY = 'Run `npx millrace deploy`';

/** Looks at everything the collector stands on and changes nothing. */
export async function examine(config: CollectorConfig): Promise<readonly Finding[]> {
  const deployables = deploymentOf(config);
  const kafka = createKafka({ ...kafkaConnectionOf(config), clientId: 'collector-doctor' });
  const registry = new SchemaRegistryCodec({ url: config.SCHEMA_REGISTRY_URL });
  const topics = examinePlace('kafka topics', async () =>
    topicFinding(
      await describeTopics(
        kafka,
        deployables.map(({ topic }) => topic),
      ),
    ),
  );
  const schemas = examinePlace('schemas', () => schemaFinding(registry, deployables));
  const keys = examinePlace('write keys', () => keyFinding(config));
  return Promise.all([topics, schemas, keys]);
}

function topicFinding(reports: readonly TopicReport[]): Look {
  const differing = reports.filter((report) => report.differences.length > 0);
  if (differing.length === 0) return fine(`${reports.length} topics as they should be`);
  const detail = differing
    .map(({ name, facts, differences }) => {
      if (facts === undefined) return `${name} is missing`;
      return `${name}: ${differences.map((d) => `${d.what} is ${d.actual}, not ${d.wanted}`).join(', ')}`;
    })
    .join('; ');
  return wrong(detail, DEPLOY);
}

async function schemaFinding(registry: SchemaRegistryCodec, deployables: readonly Deployable[]): Promise<Look> {
  const ids = await Promise.all(deployables.map(({ subject, schema }) => registry.schemaIdOf(subject, schema)));
  const missing = deployables.filter((_, index) => ids[index] === undefined).map(({ subject }) => subject);
  if (missing.length === 0) return fine(`${ids.length} subjects hold this version's schemas`);
  return wrong(`not registered: ${missing.join(', ')}`, DEPLOY);
}

function keyFinding(config: CollectorConfig): Look {
  const keys = readWriteKeys({
    lines: config.COLLECTOR_WRITE_KEYS,
    file: config.COLLECTOR_WRITE_KEYS_FILE,
    sources: config.COLLECTOR_SOURCES,
  });
  return fine(`${keys.size} keys for ${keys.sources.join(', ')}`);
}
