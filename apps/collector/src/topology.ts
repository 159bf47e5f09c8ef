import { httpServerOf } from '@millrace/platform-config';
import type { KafkaOptions } from '@millrace/platform-kafka';
import { bootstrapService, type RunningService, type ServiceOptions } from '@millrace/platform-observability';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import type { CollectorConfig } from './app.config';
import { AppModule } from './app.module';
import { createConnections } from './connections/connections';
import { signalTopicsOf } from './deployment';
import { acceptJsonBodies } from './http/json-bodies';
import { refuseUnreadablePath } from './http/no-route';
import { openTopics } from './publish/open-topics';
import { PublisherService } from './publish/publisher.service';

/** For specs: a collector inside another process, behind a faulty network. */
export type StartOptions = Pick<ServiceOptions, 'ownsProcess' | 'logDestination'> & Pick<KafkaOptions, 'socketFactory'>;

/**
 * The service in named steps:
 *   1. HTTP listens; events are answered 503 until what follows is there;
 *   2. the schema ids of the topics are looked up, the producer is connected;
 *   3. HTTP → authenticate → map → append → answer (intake/).
 */
export function startCollector(
  config: CollectorConfig,
  { socketFactory, ...options }: StartOptions = {},
): Promise<RunningService> {
  const connections = createConnections(config, socketFactory);
  const { registry, producer } = connections;
  return bootstrapService({
    ...httpServerOf('collector', config),
    module: AppModule.with(connections),
    bodyLimitBytes: config.COLLECTOR_BODY_LIMIT_BYTES,
    fastify: { routerOptions: { ignoreTrailingSlash: true }, frameworkErrors: refuseUnreadablePath },
    nest: { bodyParser: false },
    configure: (app) => configureHttp(app, config),
    start: async ({ until }, app) => {
      const [topics] = await Promise.all([
        until('schema registry', () => openTopics(registry, config)),
        until('kafka', () => producer.connect(signalTopicsOf(config))),
      ]);
      app.get(PublisherService).open(topics);
    },
    ...options,
  });
}

function configureHttp(app: NestFastifyApplication, config: CollectorConfig): void {
  const origins = config.COLLECTOR_CORS_ORIGINS;
  app.enableCors({
    origin: origins.includes('*') ? '*' : [...origins],
    methods: ['GET', 'POST'],
    // A browser hides it from the SDK otherwise.
    exposedHeaders: ['retry-after'],
    maxAge: 86_400,
  });
  acceptJsonBodies(app.getHttpAdapter().getInstance(), config.COLLECTOR_BODY_LIMIT_BYTES);
}
