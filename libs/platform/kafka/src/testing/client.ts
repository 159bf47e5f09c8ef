import { connect } from 'node:net';
import { stackAddresses, type TcpProxy } from '@millrace/platform-testing';
import type { ISocketFactory, Kafka } from 'kafkajs';
import { createKafka, type KafkaOptions } from '../client/create-kafka';

/** A client of the real stack; quick to notice that a request is not answered. */
export function specKafka(options: Partial<KafkaOptions> = {}): Kafka {
  return createKafka({
    brokers: stackAddresses().kafkaBrokers,
    clientId: 'platform-kafka-spec',
    connectionTimeoutMs: 2_000,
    requestTimeoutMs: 10_000,
    ...options,
  });
}

/** Sends every connection through a proxy: the broker's advertised address would go around it. */
export function through(proxy: TcpProxy): ISocketFactory {
  return ({ onConnect }) => connect({ host: '127.0.0.1', port: proxy.port }, onConnect).setNoDelay(true);
}
