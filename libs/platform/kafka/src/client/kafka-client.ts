/**
 * The client that `createKafka` makes and an admin opened with it: what the rest of the workspace calls them. They are
 * kafkajs' own, whose name stays inside this library.
 */
export type { Admin as KafkaAdmin, Kafka as KafkaClient } from 'kafkajs';
