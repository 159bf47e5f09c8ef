import { createClickHouse, type ClickHouse } from '@millrace/platform-clickhouse';
import { clickhouseConnectionOf, installationVariablesOf, kafkaConnectionOf } from '@millrace/platform-config';
import {
  assertInstallation,
  createKafka,
  SchemaRegistryCodec,
  type KafkaClient,
  type KafkaLog,
} from '@millrace/platform-kafka';
import { createLogger, plainLines } from '@millrace/platform-observability';

import { readMirroredInstallation } from '../installation/mirror-installation';
import { readWindowingConfig, type WindowingConfig } from '../app.config';

/** What a command talks to. */
export interface CommandConnections {
  readonly config: WindowingConfig;
  readonly clickhouse: ClickHouse;
  readonly kafka: KafkaClient;
  readonly schemas: SchemaRegistryCodec;
  readonly log: KafkaLog;
}

/**
 * Runs a command with connections that are closed afterwards. Warnings go to standard error in plain words: standard output is the answer. A command
 * whose variables are not those of the installation is refused, unless it `mayDiffer`.
 */
export async function withConnections<Result>(
  work: (connections: CommandConnections) => Promise<Result>,
  { mayDiffer = false }: { readonly mayDiffer?: boolean } = {},
): Promise<Result> {
  const config = readWindowingConfig();
  const log = createLogger({
    name: 'windowing',
    level: 'warn',
    destination: plainLines((text) => process.stderr.write(text)),
  });
  const clickhouse = createClickHouse({ ...clickhouseConnectionOf(config), application: 'millrace-windowing-cli' });
  const kafka = createKafka({ ...kafkaConnectionOf(config), clientId: 'millrace-windowing-cli', logger: log });
  try {
    if (!mayDiffer) assertInstallation(await readMirroredInstallation(clickhouse), installationVariablesOf(config));
    return await work({
      config,
      clickhouse,
      kafka,
      schemas: new SchemaRegistryCodec({ url: config.SCHEMA_REGISTRY_URL }),
      log,
    });
  } finally {
    await clickhouse.close();
  }
}
