export { createKafka, type KafkaOptions } from './client/create-kafka';
export type { KafkaAdmin, KafkaClient } from './client/kafka-client';
export { silentLog, type KafkaLog } from './client/kafka-log';
export { pingKafka } from './client/ping-kafka';
export { brokerErrorType, isMembershipError, toKafkaError } from './client/kafka-error';

export { withAdmin, type AdminSource } from './admin/with-admin';
export {
  logBounds,
  logEnds,
  logStarts,
  offsetsAtTimestamp,
  type LogBounds,
  type PartitionOffsets,
} from './admin/log-offsets';
export { committedOffsets } from './admin/committed-offsets';
export { topicIds } from './admin/topic-ids';

export type { TopicDifference, TopicFacts, TopicSpec } from './topics/topic-spec';
export { ensureTopics, type TopicChange } from './topics/ensure-topics';
export { describeTopics, listTopics, topicProblems } from './topics/describe-topics';

export type { ProducerRecord, RecordAck } from './producer/record';
export { createBatchProducer, type BatchProducer, type BatchProducerDeps } from './producer/batch-producer';
export { partitionOfKey } from './producer/partition-of';
export type { Compression } from './producer/kafkajs-transport';

export { frame, parseFrame, FRAME_HEADER_BYTES, type Frame, type FrameProblem } from './schema/frame';
export {
  AvroDecoder,
  createAvroEncoder,
  type AvroEncoder,
  type Decoded,
  type DecodeFailure,
} from './schema/avro-codec';
export { compileAvroWalk, type AvroWalk } from './schema/avro-walk';
export type { RegistryClientOptions } from './schema/registry-client';
export type { SchemaLookup, WriterSchema } from './schema/schema-cache';
export {
  SchemaRegistryCodec,
  type Compatibility,
  type CompatibilityVerdict,
  type RecordDecoded,
  type RecordDecoder,
  type RecordProblem,
} from './schema/schema-registry-codec';

export { partitionId, type TopicPartition, type TopicPartitionOffset } from './consumer/topic-partition';
export type { KafkaRecord, OffsetRange, RecordBatchView } from './consumer/record-batch-view';
export type { BatchContext, BatchHandler, BatchHooks, CommitOutcome } from './consumer/batch-handler';
export type { BatchConsumerDeps, ConsumerTuning } from './consumer/consumer-options';
export type { TopicSelection } from './consumer/topic-selection';
export { forgetPrivateGroup, privateGroup } from './consumer/private-group';
export { createBatchConsumer, type BatchConsumer } from './consumer/batch-consumer';

export { valueOf, type AnyEntry, type Entry, type UnreadEntry } from './decision-log/entry';
export { decisionOf, type Content } from './decision-log/decision-of';
export { decisionTopic } from './decision-log/decision-topic';
export { createDecisionLog, type Decision, type DecisionLog, type DecisionLogDeps } from './decision-log/decision-log';

export {
  assertInstallation,
  currentInstallation,
  type Installation,
  type SharedVariables,
} from './installation/installation';
export {
  agreeOnInstallation,
  changeInstallation,
  createInstallationLog,
  installationTopicName,
  readInstallation,
  recordInstallation,
  watchInstallation,
  type InstallationWatch,
} from './installation/installation-log';

export {
  createCompactedView,
  type CompactedView,
  type CompactedViewDeps,
  type ViewRecord,
} from './compacted-view/compacted-view';

export { installRawRecordBatches } from './raw/raw-record-batches';
export {
  readHeaders,
  walkRecords,
  type RecordCursor,
  type RecordHeaders,
  type RecordSection,
} from './raw/walk-records';
