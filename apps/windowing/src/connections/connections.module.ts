import { ClickHouseModule } from '@millrace/platform-clickhouse';
import { clickhouseConnectionOf, kafkaConnectionOf } from '@millrace/platform-config';
import { createKafka, SchemaRegistryCodec, type KafkaLog } from '@millrace/platform-kafka';
import { createLogger } from '@millrace/platform-observability';
import { Global, Module } from '@nestjs/common';

import { WINDOWING_CONFIG, type WindowingConfig } from '../app.config';

/** Injects the Kafka client of the service. */
export const KAFKA = Symbol('KAFKA');
/** Injects the SchemaRegistryCodec. */
export const SCHEMAS = Symbol('SCHEMAS');
/** Injects the structured log. */
export const LOG = Symbol('LOG');

/** What landing and sealing both talk to. */
@Global()
@Module({
  imports: [
    ClickHouseModule.registerAsync({
      isGlobal: true,
      inject: [WINDOWING_CONFIG],
      useFactory: (config: WindowingConfig) => ({
        ...clickhouseConnectionOf(config),
        application: 'millrace-windowing',
        maxConnections: 20,
      }),
    }),
  ],
  providers: [
    {
      provide: LOG,
      inject: [WINDOWING_CONFIG],
      useFactory: (config: WindowingConfig) => createLogger({ name: 'windowing', level: config.LOG_LEVEL }),
    },
    {
      provide: KAFKA,
      inject: [WINDOWING_CONFIG, LOG],
      useFactory: (config: WindowingConfig, log: KafkaLog) =>
        createKafka({ ...kafkaConnectionOf(config), clientId: 'millrace-windowing', logger: log }),
    },
    {
      provide: SCHEMAS,
      inject: [WINDOWING_CONFIG],
      useFactory: (config: WindowingConfig) => new SchemaRegistryCodec({ url: config.SCHEMA_REGISTRY_URL }),
    },
  ],
  exports: [KAFKA, SCHEMAS, LOG],
})
export class ConnectionsModule {}
