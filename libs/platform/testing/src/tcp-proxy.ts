import { connect, createServer, type Socket } from 'node:net';

export interface TcpProxy {
  readonly port: number;
  /** host:port, as in KAFKA_BROKERS. */
  readonly address: string;
  /** http://host:port plus the target's path, as in CLICKHOUSE_URL. */
  readonly url: string;
  /** Breaks open connections and refuses new ones. */
  cut(): void;
  /** Holds every chunk back for that long, both ways. */
  delay(ms: number): void;
  /** Requests arrive at the target, its replies are swallowed: the classic unknown outcome. */
  dropReplies(): void;
  /** Behaves again. Connections whose replies were swallowed are broken, as their protocol is out of step. */
  restore(): void;
  readonly openConnections: number;
  close(): Promise<void>;
}

interface Target {
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

/** A small TCP proxy that makes wire faults. The target is host:port or a URL. */
export async function tcpProxy(target: string): Promise<TcpProxy> {
  const { host, port: targetPort, path } = parseTarget(target);
  const pairs = new Set<readonly [Socket, Socket]>();
  let isCut = false;
  let dropsReplies = false;
  let delayMs = 0;

  const breakAll = (): void => {
    for (const [client, upstream] of pairs) {
      client.destroy();
      upstream.destroy();
    }
  };
  const forward = (from: Socket, to: Socket, isReply: boolean): void => {
    // Chunks and the end of the stream keep their order because each waits for the same delay or for the one before.
    let queue = Promise.resolve();
    const later = (action: () => void): void => {
      const wait = delayMs;
      queue = queue.then(async () => {
        // Chunks of a broken connection keep nobody waiting, and no process alive.
        if (wait > 0 && !to.destroyed) await new Promise((resolve) => setTimeout(resolve, wait).unref());
        if (!to.destroyed) action();
      });
    };
    from.on('data', (chunk) => {
      if (isReply && dropsReplies) return;
      later(() => {
        if (to.write(chunk)) return;
        from.pause();
        to.once('drain', () => from.resume());
      });
    });
    from.on('end', () => {
      if (!(isReply && dropsReplies)) later(() => to.end());
    });
  };

  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (isCut) {
      client.destroy();
      return;
    }
    const upstream = connect({ host, port: targetPort, allowHalfOpen: true });
    const pair = [client, upstream] as const;
    pairs.add(pair);
    forward(client, upstream, false);
    forward(upstream, client, true);
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        pairs.delete(pair);
        const other = socket === client ? upstream : client;
        if (socket.errored !== null || !other.writableEnded) setImmediate(() => other.destroy());
      });
    }
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });

  return {
    port,
    address: `127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}${path}`,
    cut: () => {
      isCut = true;
      breakAll();
    },
    delay: (ms) => {
      delayMs = ms;
    },
    dropReplies: () => {
      dropsReplies = true;
    },
    restore: () => {
      if (dropsReplies) breakAll();
      isCut = false;
      dropsReplies = false;
      delayMs = 0;
    },
    get openConnections() {
      return pairs.size;
    },
    close: async () => {
      isCut = true;
      breakAll();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function parseTarget(target: string): Target {
  const url = new URL(target.includes('://') ? target : `tcp://${target}`);
  const port = Number(url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port);
  return { host: url.hostname, port, path: target.includes('://') ? url.pathname.replace(/\/$/, '') : '' };
}
