import { httpServerOf } from '@millrace/platform-config';
import { pingKafka } from '@millrace/platform-kafka';
import {
  bootstrapService,
  createLogger,
  onceHeld,
  type RunningService,
  type ServiceOptions,
} from '@millrace/platform-observability';

import type { WindowingConfig } from './app.config';
import { AppModule } from './app.module';
import { agreeWithInstallation, createConnections } from './connections/connections';
import { LandingService } from './landing/landing.service';
import { RetentionService } from './retention/retention.service';
import { SealingService } from './sealing/sealing.service';

/**
 * The service in named steps:
 *   1. Kafka and ClickHouse answer, and this process has the windows and days of the installation;
 *   2. signals.* are landed in ClickHouse;
 *   3. what is landed is sealed into windows, and revised when late signals come;
 *   4. what is old is dropped.
 */
export function startWindowing(
  config: WindowingConfig,
  options: Pick<ServiceOptions, 'ownsProcess' | 'logDestination'> = {},
): Promise<RunningService> {
  const log = createLogger({ name: 'windowing', level: config.LOG_LEVEL, destination: options.logDestination });
  const connections = createConnections(config, log);
  const { kafka, clickhouse, registry } = connections;
  return bootstrapService({
    ...httpServerOf('windowing', config),
    module: AppModule.with(connections),
    checks: {
      clickhouse: () => clickhouse.ping(),
      // Schemas stay in memory: a registry that is away later stops new schemas only, and landing says so.
      'schema registry': onceHeld(() => registry.ping()),
    },
    start: async ({ until }, app) => {
      await Promise.all([
        until('clickhouse', () => clickhouse.ping()),
        until('kafka', () => pingKafka(kafka)).then(() =>
          until('installation', () => agreeWithInstallation(connections)),
        ),
      ]);
      app.get(LandingService, { strict: false }).start();
      app.get(SealingService, { strict: false }).start();
      app.get(RetentionService, { strict: false }).start();
    },
    ...options,
  });
}
