import { httpServerOf } from '@millrace/platform-config';
import type { KafkaOptions } from '@millrace/platform-kafka';
import { bootstrapService, type RunningService, type ServiceOptions } from '@millrace/platform-observability';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import type { CollectorConfig } from './app.config';
import { AppModule } from './app.module';
import { createConnections } from './connections/connections';
import { topicsOf } from './deployment';
import { Intake } from './http/intake';
import { httpInstances, mountRoutes, routesOf } from './http/mount-routes';
import { acceptRawBodies } from './http/raw-bodies';
import { refuseUnreadablePath } from './http/no-route';
import { loadInstances, signalSourcesOf, type Instance } from './instances/load-instances';
import { openTopics } from './publish/open-topics';
import { PollService } from './poll/poll.service';
import { PublisherService } from './publish/publisher.service';
import { WriteKeysService } from './write-keys/write-keys.service';

/** For specs: a collector inside another process, behind a faulty network, with sources that no file names. */
export type StartOptions = Pick<ServiceOptions, 'ownsProcess' | 'logDestination'> &
  Pick<KafkaOptions, 'socketFactory'> & { readonly instances?: readonly Instance[] };

/**
 * The service in named steps:
 *   1. HTTP listens; events are answered 503 until what follows is there;
 *   2. the schema ids of the topics are looked up, the producer is connected;
 *   3. HTTP → who sends → read → map → append → answer (http/); polled sources: page → map → append → cursor (poll/).
 */
export function startCollector(
  config: CollectorConfig,
  { socketFactory, instances = loadInstances(config.SOURCES_FILES), ...options }: StartOptions = {},
): Promise<RunningService> {
  const connections = createConnections(config, socketFactory);
  const { registry, producer } = connections;
  return bootstrapService({
    ...httpServerOf('collector', config),
    module: AppModule.with(connections, instances),
    bodyLimitBytes: config.COLLECTOR_BODY_LIMIT_BYTES,
    fastify: {
      routerOptions: { ignoreTrailingSlash: true },
      frameworkErrors: refuseUnreadablePath,
      ...timeoutsOf(config),
    },
    nest: { bodyParser: false },
    configure: (app) => configureHttp(app, config, instances),
    start: async ({ until }, app) => {
      const [topics] = await Promise.all([
        until('schema registry', () => openTopics(registry, instances, config.TOPIC_PREFIX)),
        until('kafka', () => producer.connect(topicsOf(signalSourcesOf(instances), config.TOPIC_PREFIX))),
      ]);
      app.get(PublisherService).open(topics);
      app.get(PollService).start();
    },
    ...options,
  });
}

function configureHttp(app: NestFastifyApplication, config: CollectorConfig, instances: readonly Instance[]): void {
  const origins = config.COLLECTOR_CORS_ORIGINS;
  app.enableCors({
    origin: origins.includes('*') ? '*' : [...origins],
    methods: ['GET', 'POST'],
    // A browser hides it from the SDK otherwise.
    exposedHeaders: ['retry-after'],
    maxAge: 86_400,
  });
  const taking = httpInstances(instances);
  const intake = new Intake(config, taking, app.get(WriteKeysService), app.get(PublisherService));
  const fastify = app.getHttpAdapter().getInstance();
  acceptRawBodies(fastify, config.COLLECTOR_BODY_LIMIT_BYTES);
  mountRoutes(fastify, routesOf(taking), intake, config.COLLECTOR_PUBLIC_URL);
  fastify.server.maxConnections = config.COLLECTOR_MAX_CONNECTIONS;
}

/** How long a sender may take to send; looked at often enough for the shorter of the two. */
function timeoutsOf(config: CollectorConfig) {
  const headersTimeout = config.COLLECTOR_HEADERS_TIMEOUT_SECONDS * 1_000;
  const requestTimeout = Math.max(headersTimeout, config.COLLECTOR_REQUEST_TIMEOUT_SECONDS * 1_000);
  const connectionsCheckingInterval = Math.min(5_000, headersTimeout / 2);
  return { requestTimeout, http: { headersTimeout, requestTimeout, connectionsCheckingInterval } };
}
