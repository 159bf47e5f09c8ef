import { httpServerOf, kafkaConnectionOf } from '@millrace/platform-config';
import {
  createBatchProducer,
  createKafka,
  SchemaRegistryCodec,
  type BatchProducer,
  type KafkaClient,
  type KafkaOptions,
} from '@millrace/platform-kafka';
import { bootstrapService, type RunningService, type ServiceOptions } from '@millrace/platform-observability';

import type { CollectorConfig } from './app.config';
import { CollectorModule } from './app.module';
import { acceptJsonBodies } from './http/json-bodies';
import { refuseUnreadablePath } from './http/no-route';
import type { OpenTopic } from './publish/map-events';
import { openTopics } from './publish/open-topics';

/** What the collector holds open while it runs. */
export interface Connections {
  readonly kafka: KafkaClient;
  readonly producer: BatchProducer;
  readonly topics: ReadonlyMap<string, OpenTopic>;
}

/** For specs: a collector inside another process, behind a faulty network. */
export type StartOptions = Pick<ServiceOptions, 'ownsProcess' | 'logDestination'> & Pick<KafkaOptions, 'socketFactory'>;

/**
 * The collector: schema ids are looked up and the producer is connected before the first request is taken, so that what
 * is not deployed stops the start, not a request. Then HTTP → authenticate → map → append → answer (intake/).
 */
export async function startCollector(
  config: CollectorConfig,
  { socketFactory, ...options }: StartOptions = {},
): Promise<RunningService> {
  const connections = await connect(config, socketFactory);
  try {
    return await bootstrapService({
      ...httpServerOf('collector', config),
      module: CollectorModule.with(config, connections),
      bodyLimitBytes: config.COLLECTOR_BODY_LIMIT_BYTES,
      fastify: { routerOptions: { ignoreTrailingSlash: true }, frameworkErrors: refuseUnreadablePath },
      nest: { bodyParser: false },
      configure: (app) => {
        const origins = config.COLLECTOR_CORS_ORIGINS;
        app.enableCors({
          origin: origins.includes('*') ? '*' : [...origins],
          methods: ['GET', 'POST'],
          // A browser hides it from the SDK otherwise.
          exposedHeaders: ['retry-after'],
          maxAge: 86_400,
        });
        acceptJsonBodies(app.getHttpAdapter().getInstance(), config.COLLECTOR_BODY_LIMIT_BYTES);
      },
      ...options,
    });
  } catch (error) {
    await connections.producer.close();
    throw error;
  }
}

async function connect(config: CollectorConfig, socketFactory: KafkaOptions['socketFactory']): Promise<Connections> {
  const timeoutMs = config.COLLECTOR_PRODUCE_TIMEOUT_SECONDS * 1_000;
  const kafka = createKafka({
    ...kafkaConnectionOf(config),
    clientId: 'collector',
    connectionTimeoutMs: Math.min(5_000, timeoutMs),
    requestTimeoutMs: timeoutMs,
    ...(socketFactory === undefined ? {} : { socketFactory }),
  });
  const registry = new SchemaRegistryCodec({ url: config.SCHEMA_REGISTRY_URL });
  const topics = await openTopics(registry, config.COLLECTOR_SOURCES, config.TOPIC_PREFIX);
  const producer = createBatchProducer({
    kafka,
    lingerMs: config.COLLECTOR_LINGER_MS,
    maxQueuedBytes: config.COLLECTOR_QUEUE_BYTES,
    deliveryTimeoutMs: timeoutMs,
  });
  try {
    await producer.connect([...topics.values()].map((topic) => topic.topic));
  } catch (error) {
    await producer.close();
    throw error;
  }
  return { kafka, producer, topics };
}
