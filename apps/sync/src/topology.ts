import { hostname } from 'node:os';

import { httpServerOf, installationVariablesOf } from '@millrace/platform-config';
import { agreeOnInstallation } from '@millrace/platform-kafka';
import {
  bootstrapService,
  createLogger,
  type RunningService,
  type ServiceOptions,
} from '@millrace/platform-observability';

import type { SyncConfig } from './app.config';
import { SyncModule } from './app.module';
import { closeConnections, connectKafka, createConnections } from './connections/connections';
import { loadDestinations } from './destinations/load-destinations';
import { SyncEngine } from './sync-engine';
import { loadUrgencyRules } from './urgent/urgency-rules';
import { waitForKafka } from './wait-for-kafka';

/**
 * sync: scores.published.v1 → plan (planning/) → deliveries.<destination>.v1 → worker (delivery/) → the destination →
 * deliveries.outcomes.v1 → table deliveries (mirror/); signals.* → rules (urgent/) → deliveries.<destination>.urgent.v1
 * → the same worker's urgent lane.
 */
export async function startSync(
  config: SyncConfig,
  options: Pick<ServiceOptions, 'ownsProcess' | 'logDestination'> = {},
): Promise<RunningService> {
  const destinations = loadDestinations(config.SYNC_DESTINATIONS_FILE);
  const rules = loadUrgencyRules(config.SYNC_URGENCY_FILE);
  const log = createLogger({ name: 'sync', level: config.LOG_LEVEL, destination: options.logDestination });
  const connections = createConnections(config);
  await waitForKafka(log, () => connectKafka(connections));
  const replica = `${hostname()}-${process.pid}`;
  const engine = new SyncEngine({ ...connections, replica, destinations, rules, log });
  try {
    const where = { kafka: connections.kafka, topicPrefix: config.TOPIC_PREFIX, log };
    await agreeOnInstallation(where, installationVariablesOf(config));
    return await bootstrapService({
      ...httpServerOf('sync', config),
      module: SyncModule.with(config, connections, engine),
      ...options,
    });
  } catch (error) {
    // What stopped the start is what is said, whatever else fails on the way out.
    await engine.stop().catch(() => undefined);
    await closeConnections(connections);
    throw error;
  }
}
