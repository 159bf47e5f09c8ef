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

import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import type { ScoringConfig } from './app.config';
import { AppModule } from './app.module';
import { agreeWithInstallation, createConnections } from './connections/connections';
import { createTokenCheck } from './http/check-token';
import { mountRunApi } from './http/mount-run-api';
import { createRunHandlers } from './http/run-handlers';
import { createScoring, type Scoring } from './scoring';

/**
 * The service in named steps:
 *   1. Kafka and ClickHouse answer, this process has the days of the installation, and the decision logs are read, settings included;
 *   2. entities.* are landed as people and accounts;
 *   3. windows.sealed.v1 is followed: each step's rows are counted, the local days it touched are rolled up as of it;
 *   4. at a tick of its schedule one replica runs a model over complete days: stage, score in chunks, check, publish;
 *   5. a run that was asked for over HTTP (/v1/runs) takes the same way, once its windows are sealed;
 *   6. the figures of the newest night are told at /metrics.
 */
export async function startScoring(
  config: ScoringConfig,
  options: Pick<ServiceOptions, 'ownsProcess' | 'logDestination'> = {},
): Promise<RunningService> {
  const log = createLogger({ name: 'scoring', level: config.LOG_LEVEL, destination: options.logDestination });
  const connections = createConnections(config, log);
  const { kafka, clickhouse, registry } = connections;
  const scoring = createScoring(connections);
  return bootstrapService({
    ...httpServerOf('scoring', config),
    module: AppModule.with(scoring),
    configure: (app) => serveRuns(app, scoring),
    checks: {
      clickhouse: () => clickhouse.ping(),
      // Schemas stay in memory: a registry that is away later stops new schemas only, and landing says so.
      'schema registry': onceHeld(() => registry.ping()),
    },
    start: async ({ until }, app) => {
      const readLogs = async (): Promise<void> => {
        await until('kafka', () => pingKafka(kafka));
        await until('installation', () => agreeWithInstallation(connections));
        await until('decision logs', () => scoring.readLogs());
      };
      await Promise.all([until('clickhouse', () => clickhouse.ping()), readLogs()]);
      await until('settings of models', () => scoring.readSettings());
      await until('score runs', () => scoring.confirmRuns());
      scoring.begin();
      const health = app.get(HealthRegistry, { strict: false });
      scoring.addChecks(health);
      noteSetAside(health, clickhouse, 'scoring');
    },
    ...options,
  });
}

function serveRuns(
  app: NestFastifyApplication,
  { connections, engine, operations, hasBegun, stopping }: Scoring,
): void {
  const { config, log } = connections;
  mountRunApi(app.getHttpAdapter().getInstance(), {
    handlers: createRunHandlers({ connections, engine, operations, isReady: hasBegun, signal: stopping }),
    checkToken: createTokenCheck(config.RUN_API_TOKEN),
    onError: (error) => log.error({ err: error }, 'a request could not be answered'),
  });
}
