import { kafkaConnectionOf } from '@millrace/platform-config';
import { describeError, MillraceError } from '@millrace/platform-errors';
import { createKafka, describeTopics, SchemaRegistryCodec, type TopicReport } from '@millrace/platform-kafka';

import type { CollectorConfig } from '../app.config';
import { deploymentOf, type Deployable } from '../deploy/deployment';
import { readWriteKeys } from '../write-keys/read-write-keys';

interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly advice: string;
}

const DEPLOY = 'Run `npx millrace deploy`';

/** Looks at everything the collector stands on and changes nothing. */
export async function examine(config: CollectorConfig): Promise<readonly Finding[]> {
  const deployables = deploymentOf(config);
  const kafka = createKafka({ ...kafkaConnectionOf(config), clientId: 'collector-doctor' });
  const registry = new SchemaRegistryCodec({ url: config.SCHEMA_REGISTRY_URL });
  const topics = attempt('kafka topics', async () =>
    topicFinding(
      await describeTopics(
        kafka,
        deployables.map(({ topic }) => topic),
      ),
    ),
  );
  const schemas = attempt('schemas', () => schemaFinding(registry, deployables));
  const keys = attempt('write keys', () => Promise.resolve(keyFinding(config)));
  return Promise.all([topics, schemas, keys]);
}

function topicFinding(reports: readonly TopicReport[]): Omit<Finding, 'check'> {
  const wrong = reports.filter((report) => report.differences.length > 0);
  if (wrong.length === 0) return { ok: true, detail: `${reports.length} topics as they should be`, advice: '' };
  const detail = wrong
    .map(({ name, facts, differences }) => {
      if (facts === undefined) return `${name} is missing`;
      return `${name}: ${differences.map((d) => `${d.what} is ${d.actual}, not ${d.wanted}`).join(', ')}`;
    })
    .join('; ');
  return { ok: false, detail, advice: DEPLOY };
}

async function schemaFinding(
  registry: SchemaRegistryCodec,
  deployables: readonly Deployable[],
): Promise<Omit<Finding, 'check'>> {
  const ids = await Promise.all(deployables.map(({ subject, schema }) => registry.schemaIdOf(subject, schema)));
  const missing = deployables.filter((_, index) => ids[index] === undefined).map(({ subject }) => subject);
  if (missing.length === 0)
    return { ok: true, detail: `${ids.length} subjects hold this version's schemas`, advice: '' };
  return { ok: false, detail: `not registered: ${missing.join(', ')}`, advice: DEPLOY };
}

function keyFinding(config: CollectorConfig): Omit<Finding, 'check'> {
  const keys = readWriteKeys({
    lines: config.COLLECTOR_WRITE_KEYS,
    file: config.COLLECTOR_WRITE_KEYS_FILE,
    sources: config.COLLECTOR_SOURCES,
  });
  return { ok: true, detail: `${keys.size} keys for ${keys.sources.join(', ')}`, advice: '' };
}

async function attempt(check: string, look: () => Promise<Omit<Finding, 'check'>>): Promise<Finding> {
  try {
    return { check, ...(await look()) };
  } catch (error) {
    const advice = error instanceof MillraceError ? (error.advice ?? '') : '';
    return { check, ok: false, detail: describeError(error), advice };
  }
}
