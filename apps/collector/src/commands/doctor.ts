import { sourceOfTopic, SUBJECT_COMPATIBILITY, valueSubject } from '@millrace/contract-signal';
import { examinePlace, fine, wrong, type Finding, type Look } from '@millrace/platform-commands';
import { kafkaConnectionOf } from '@millrace/platform-config';
import { createKafka, describeTopics, SchemaRegistryCodec, topicProblems } from '@millrace/platform-kafka';

import type { CollectorConfig } from '../app.config';
import { deploymentOf, type Deployment, type Subject } from '../deployment';
import { loadInstances, signalSourcesOf, takesWriteKeys, type Instance } from '../instances/load-instances';
import { readWriteKeys } from '../write-keys/read-write-keys';

const DEPLOY = 'Run `npx millrace deploy`';

/** Looks at everything the collector stands on and changes nothing. */
export async function examine(config: CollectorConfig): Promise<readonly Finding[]> {
  const instances = loadInstances(config.SOURCES_FILES);
  const { topics, subjects } = deploymentOf(config, signalSourcesOf(instances));
  const registry = new SchemaRegistryCodec({ url: config.SCHEMA_REGISTRY_URL });
  return Promise.all([
    examinePlace('kafka topics', () => lookAtTopics(config, topics)),
    examinePlace('schemas', () => lookAtSchemas(registry, subjects)),
    examinePlace('schema compatibility', () => lookAtCompatibility(config, registry, subjects)),
    examinePlace('write keys', () => lookAtKeys(config, instances)),
    examinePlace('history', () => lookAtHistory(config, instances)),
  ]);
}

async function lookAtTopics(config: CollectorConfig, topics: Deployment['topics']): Promise<Look> {
  const kafka = createKafka({ ...kafkaConnectionOf(config), clientId: 'collector-doctor' });
  const problems = topicProblems(await describeTopics(kafka, topics));
  return problems === '' ? fine(`${topics.length} topics as they should be`) : wrong(problems, DEPLOY);
}

async function lookAtSchemas(registry: SchemaRegistryCodec, expected: readonly Subject[]): Promise<Look> {
  const ids = await Promise.all(expected.map(({ subject, schema }) => registry.schemaIdOf(subject, schema)));
  const missing = expected.filter((_, index) => ids[index] === undefined).map(({ subject }) => subject);
  if (missing.length === 0) return fine(`${ids.length} subjects hold this version's schemas`);
  return wrong(`not registered: ${missing.join(', ')}`, DEPLOY);
}

/** Of the deployed subjects, and of those that teams registered for topics of their own. */
async function lookAtCompatibility(
  { TOPIC_PREFIX: prefix }: CollectorConfig,
  registry: SchemaRegistryCodec,
  expected: readonly Subject[],
): Promise<Look> {
  const suffix = valueSubject('');
  const isSignals = (subject: string): boolean =>
    subject.endsWith(suffix) && sourceOfTopic(subject.slice(0, -suffix.length), prefix) !== null;
  const subjects = new Set([
    ...expected.map(({ subject }) => subject),
    ...(await registry.subjects()).filter(isSignals),
  ]);
  const wrongly: string[] = [];
  for (const subject of subjects) {
    const level = await registry.compatibilityOf(subject);
    if (level !== undefined && level !== SUBJECT_COMPATIBILITY) wrongly.push(`${subject} is ${level}`);
  }
  if (wrongly.length === 0)
    return fine(`none of ${subjects.size} subjects is held to less than ${SUBJECT_COMPATIBILITY}`);
  return wrong(
    `a version that cannot be read may be registered: ${wrongly.join(', ')}`,
    `${DEPLOY}; topics of your own: name them in a file of SOURCES_FILES first, as type direct`,
  );
}

function lookAtKeys(config: CollectorConfig, instances: readonly Instance[]): Look {
  const sources = instances.filter(takesWriteKeys).map(({ name }) => name);
  if (sources.length === 0) return fine('no source takes write keys');
  const keys = readWriteKeys({ lines: config.COLLECTOR_WRITE_KEYS, file: config.COLLECTOR_WRITE_KEYS_FILE, sources });
  return fine(`${keys.size} keys for ${keys.sources.join(', ')}`);
}

/** Windowing and sync judge by IMPORT_SOURCES what is too old; old signals of a source that it does not name are quarantined. */
function lookAtHistory({ IMPORT_SOURCES: named }: CollectorConfig, instances: readonly Instance[]): Look {
  const history = instances.filter((one) => one.history).map(({ name }) => name);
  const missing = history.filter((name) => !named.includes(name));
  const wrongly = instances.filter((one) => !one.history && named.includes(one.name)).map(({ name }) => name);
  if (missing.length > 0) {
    return wrong(
      `IMPORT_SOURCES does not name ${missing.join(', ')}`,
      'Set it to the same for windowing, sync and the collector',
    );
  }
  if (wrongly.length > 0) {
    return wrong(
      `IMPORT_SOURCES names ${wrongly.join(', ')}, which SOURCES_FILES do not`,
      'Write `history: true` there',
    );
  }
  return fine(history.length === 0 ? 'no source carries history' : `IMPORT_SOURCES names ${history.join(', ')}`);
}
