import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';

/** What is between one replica and the broker. */
export interface KafkaWire {
  /** For `world.start`. */
  readonly settings: Readonly<Record<string, string>>;
  /** From now on requests are kept on their way. */
  holdRequests(): void;
  /** Whether these bytes are among the requests that are kept. */
  holds(bytes: string): boolean;
  /** Kept requests arrive in their order, also those of a client that is gone. */
  release(): void;
  /** Requests arrive, replies are swallowed. */
  dropReplies(): void;
  /** New connections behave again; those whose replies were swallowed are broken. */
  restore(): void;
  close(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly broker: Socket;
  held: Buffer[];
}

/** A TCP proxy in front of the broker at `address` (host:port). A network may deliver what was sent long after its sender has died. */
export async function openKafkaWire(address: string): Promise<KafkaWire> {
  const [host, brokerPort] = address.split(':') as [string, string];
  const pairs = new Set<Pair>();
  let isHolding = false;
  let dropsReplies = false;

  const server = createServer((client) => {
    const broker = connect({ host, port: Number(brokerPort) });
    const pair: Pair = { client, broker, held: [] };
    pairs.add(pair);
    client.on('data', (chunk) => (isHolding ? pair.held.push(chunk) : broker.write(chunk)));
    broker.on('data', (chunk) => {
      if (!dropsReplies && !client.destroyed) client.write(chunk);
    });
    for (const socket of [client, broker]) socket.setNoDelay(true).on('error', () => undefined);
    client.on('close', () => {
      if (pair.held.length === 0) broker.destroy();
    });
    broker.on('close', () => {
      client.destroy();
      pairs.delete(pair);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const listening = server.address();
  const port = typeof listening === 'object' && listening !== null ? listening.port : 0;
  const breakAll = (): void => {
    for (const { client, broker } of pairs) {
      client.destroy();
      broker.destroy();
    }
  };

  return {
    settings: {
      KAFKA_WIRE: `${brokerPort}=${port}`,
      NODE_OPTIONS: `--require ${join(__dirname, 'preload/kafka-wire.cjs')}`,
    },
    holdRequests: () => {
      isHolding = true;
    },
    holds: (bytes) => [...pairs].some(({ held }) => Buffer.concat(held).includes(bytes)),
    release: () => {
      isHolding = false;
      for (const pair of pairs) {
        for (const chunk of pair.held) pair.broker.write(chunk);
        pair.held = [];
      }
    },
    dropReplies: () => {
      dropsReplies = true;
    },
    restore: () => {
      if (dropsReplies) breakAll();
      dropsReplies = false;
    },
    close: async () => {
      breakAll();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
