import type { Kafka } from 'kafkajs';
import { version } from 'kafkajs/package.json';
import Encoder from 'kafkajs/src/protocol/encoder';
import { toKafkaError } from '../client/kafka-error';
import { readTopicIds, writeTopicIdRequest } from './metadata-v12';

// kafkajs speaks Metadata up to version 6, which knows no topic ids. Its connection sends any request it is given, TLS
// and SASL included, so version 12 is written and read in metadata-v12.ts and sent through it.

const KNOWN_VERSION = '2.2.4';
const METADATA = 3;
const METADATA_VERSION = 12;

/** What of kafkajs' internals is used here. */
interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  readonly brokerPool: {
    findConnectedBroker(): Promise<{
      readonly versions: Readonly<Record<number, { readonly maxVersion: number } | undefined>>;
      readonly connectionPool: { send(request: object): Promise<ReadonlyMap<string, string>> };
    }>;
  };
}

/**
 * The broker's id of each topic that exists: it changes when a topic is deleted and created again, which offsets alone
 * cannot show. Undefined when this kafkajs or the broker (before 3.1) cannot tell.
 */
export async function topicIds(
  kafka: Kafka,
  topics: readonly string[],
): Promise<ReadonlyMap<string, string> | undefined> {
  if (version !== KNOWN_VERSION) return undefined;
  const cluster = createCluster(kafka);
  if (cluster === undefined) return undefined;
  try {
    await cluster.connect();
    const broker = await cluster.brokerPool.findConnectedBroker();
    if ((broker.versions[METADATA]?.maxVersion ?? 0) < METADATA_VERSION) return undefined;
    return await broker.connectionPool.send({
      request: {
        apiKey: METADATA,
        apiVersion: METADATA_VERSION,
        apiName: 'Metadata',
        encode: async () => {
          const encoder = new Encoder();
          encoder.writeBufferInternal(writeTopicIdRequest(topics));
          return encoder;
        },
      },
      response: { decode: async (payload: Buffer) => readTopicIds(payload), parse: async (ids: unknown) => ids },
    });
  } catch (error) {
    throw toKafkaError(error, 'Reading topic ids failed', { topics });
  } finally {
    await cluster.disconnect();
  }
}

function createCluster(kafka: Kafka): Cluster | undefined {
  const symbol = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  );
  if (symbol === undefined) return undefined;
  const create = (kafka as unknown as Record<symbol, (options: object) => Cluster>)[symbol];
  return create?.({ allowAutoTopicCreation: false });
}
