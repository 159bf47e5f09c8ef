import type { Kafka } from 'kafkajs';
import type { KafkaLog } from '../client/kafka-log';
import type { Backoff } from './backoff';
import type { BatchHandler, BatchHooks } from './batch-handler';
import type { TopicPartition } from './topic-partition';
import type { TopicSelection } from './topic-selection';

/** How a consumer reads, apart from what it does with it. */
export interface ConsumerTuning {
  /** Partitions handled at the same time. */
  readonly partitionsConsumedConcurrently?: number;
  readonly sessionTimeoutMs?: number;
  readonly rebalanceTimeoutMs?: number;
  readonly heartbeatIntervalMs?: number;
  readonly minBytes?: number;
  readonly maxBytes?: number;
  readonly maxBytesPerPartition?: number;
  /** How long the broker may hold a fetch without records; also how long a stop can take. */
  readonly maxWaitTimeMs?: number;
  /** How often new topics are looked for; 0: never once reading. */
  readonly discoveryIntervalMs?: number;
  readonly backoff?: Backoff;
  /** For `onRevoking` and running handlers at a stop. */
  readonly drainTimeoutMs?: number;
  readonly commitAfterBatch?: boolean;
  /** Several times faster: record batches arrive undecoded (`batch.sections()`), `records()` decodes them on demand.
   *  Holds for the topics in the whole process: read them with this library's consumers only. */
  readonly rawRecords?: boolean;
}

export interface BatchConsumerDeps extends ConsumerTuning {
  readonly kafka: Kafka;
  readonly groupId: string;
  readonly topics: TopicSelection;
  readonly onBatch: BatchHandler;
  readonly hooks?: BatchHooks;
  /** Where to begin in every epoch, instead of the committed offset. For readers that keep their own position. */
  readonly startAt?: (where: TopicPartition) => bigint | undefined;
  readonly log?: KafkaLog;
}
