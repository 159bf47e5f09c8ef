import { Kafka, logLevel, type ISocketFactory, type SASLOptions } from 'kafkajs';
import type { ConnectionOptions } from 'node:tls';
import { registerCompressionCodecs } from '../compression/register-codecs';
import { createKafkajsLogCreator } from './kafkajs-log-creator';
import { silentLog, type KafkaLog } from './kafka-log';

export interface KafkaOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly ssl?: ConnectionOptions | boolean;
  readonly sasl?: SASLOptions;
  readonly logger?: KafkaLog;
  /** To open a connection, TLS and authentication included. */
  readonly connectionTimeoutMs?: number;
  /** For one request. A broker that accepts and never answers is noticed after this long. */
  readonly requestTimeoutMs?: number;
  /** A record batch that unpacks to more than this is refused instead of filling the memory. */
  readonly maxDecompressedBytes?: number;
  /** For tests that put a faulty network in between: brokers are reached at their advertised addresses, not at `brokers`. */
  readonly socketFactory?: ISocketFactory;
}

/** A kafkajs client with every compression codec registered and its log lines structured and quiet. */
export function createKafka(options: KafkaOptions): Kafka {
  registerCompressionCodecs(options.maxDecompressedBytes);
  return new Kafka({
    brokers: [...options.brokers],
    clientId: options.clientId,
    connectionTimeout: options.connectionTimeoutMs ?? 5_000,
    authenticationTimeout: options.connectionTimeoutMs ?? 5_000,
    requestTimeout: options.requestTimeoutMs ?? 30_000,
    enforceRequestTimeout: true,
    logLevel: logLevel.INFO,
    logCreator: createKafkajsLogCreator(options.logger ?? silentLog),
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 5 },
    ...(options.socketFactory === undefined ? {} : { socketFactory: options.socketFactory }),
    ...(options.ssl === undefined ? {} : { ssl: options.ssl }),
    ...(options.sasl === undefined ? {} : { sasl: options.sasl }),
  });
}
