import { once } from 'node:events';
import { createServer } from 'node:net';
import { describeError } from '@millrace/platform-errors';
import { choosePorts, findFreePorts, HOST, portsFromEnvironment } from './ports';

describe('ports of the stack', () => {
  it('come from the environment, or are the defaults', () => {
    const standard = { kafka: 9092, registry: 8081, clickhouse: 8123, clickhouseNative: 9000 };
    expect(portsFromEnvironment({})).toEqual(standard);
    const env = { KAFKA_BROKERS: 'localhost:19092', CLICKHOUSE_URL: 'http://127.0.0.1:18123' };
    expect(portsFromEnvironment(env)).toEqual({ ...standard, kafka: 19092, clickhouse: 18123 });
  });

  it.each(['broker.example.com:9092', '127.0.0.1', 'a:1,b:2', ''.padEnd(3, ':')])(
    'refuses to listen on %s',
    (brokers) => {
      expect(() => portsFromEnvironment({ KAFKA_BROKERS: brokers })).toThrow(
        /is not an address that the local stack can listen on/,
      );
    },
  );

  it('a busy port is one line with the variable that moves it', async () => {
    const server = createServer().listen(0, HOST);
    await once(server, 'listening');
    const [kafka = 0, registry = 0, native = 0] = await findFreePorts(3);
    const address = server.address();
    const busy = typeof address === 'object' && address ? address.port : 0;
    const env = {
      KAFKA_BROKERS: `${HOST}:${kafka}`,
      SCHEMA_REGISTRY_URL: `http://${HOST}:${registry}/apis/ccompat/v7`,
      CLICKHOUSE_URL: `http://${HOST}:${busy}`,
      CLICKHOUSE_NATIVE_URL: `clickhouse://${HOST}:${native}`,
    };
    const error: unknown = await choosePorts('default', env).catch((reason: unknown) => reason);
    expect(describeError(error)).toBe(
      `STACK_UNAVAILABLE: Port ${busy} (clickhouse) is already in use. Stop what listens there (another stack?), set CLICKHOUSE_URL, or use --free-ports.`,
    );
    server.close();
    await once(server, 'close');
    await expect(choosePorts('default', env)).resolves.toMatchObject({ kafka, registry, clickhouse: busy });
  });

  it('free ports differ', async () => {
    expect(new Set(await findFreePorts(20)).size).toBe(20);
  });
});
