import { hostname } from 'node:os';

import { noteSetAside } from '@millrace/platform-clickhouse';
import { httpServerOf } from '@millrace/platform-config';
import { pingKafka } from '@millrace/platform-kafka';
import {
  bootstrapService,
  createLogger,
  HealthRegistry,
  onceHeld,
  type RunningService,
  type ServiceOptions,
} from '@millrace/platform-observability';

import type { SyncConfig } from './app.config';
import { AppModule } from './app.module';
import { agreeWithInstallation, connectKafka, createConnections } from './connections/connections';
import { loadDestinations } from './destinations/load-destinations';
import { SyncEngine } from './sync-engine';
import { loadUrgencyRules } from './urgent/urgency-rules';

/**
 * The service in named steps:
 *   1. Kafka answers, this process has the days of the installation, and the decision logs are read;
 *   2. scores.published.v1 → plan (planning/) → deliveries.<destination>.v1 → worker (delivery/) → the destination →
 *      deliveries.outcomes.v1 → table deliveries (mirror/);
 *   3. signals.* → rules (urgent/) → deliveries.<destination>.urgent.v1 → the same worker's urgent lane. It does not wait for
 *      ClickHouse.
 */
export async function startSync(
  config: SyncConfig,
  options: Pick<ServiceOptions, 'ownsProcess' | 'logDestination'> = {},
): Promise<RunningService> {
  const destinations = loadDestinations(config.SYNC_DESTINATIONS_FILE);
  const rules = loadUrgencyRules(config.SYNC_URGENCY_FILE);
  const log = createLogger({ name: 'sync', level: config.LOG_LEVEL, destination: options.logDestination });
  const connections = createConnections(config, log);
  const { kafka, clickhouse, registry } = connections;
  const engine = new SyncEngine({ ...connections, replica: `${hostname()}-${process.pid}`, destinations, rules });
  return bootstrapService({
    ...httpServerOf('sync', config),
    module: AppModule.with(connections, engine),
    checks: {
      clickhouse: () => clickhouse.ping(),
      // Schemas stay in memory: a registry that is away later stops new schemas only.
      'schema registry': onceHeld(() => registry.ping()),
    },
    start: async ({ until }, app) => {
      await until('kafka', async () => {
        await pingKafka(kafka);
        await connectKafka(connections);
      });
      await until('installation', () => agreeWithInstallation(connections));
      await until('decision logs', () => engine.readLogs());
      engine.begin();
      const health = app.get(HealthRegistry, { strict: false });
      engine.addChecks(health);
      noteSetAside(health, clickhouse, 'sync');
    },
    ...options,
  });
}
