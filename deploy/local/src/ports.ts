import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { ConfigError } from '@millrace/platform-errors';

interface StackPorts {
  kafka: number;
  registry: number;
  clickhouse: number;
  /** ClickHouse's own protocol, for clients that do not speak HTTP. */
  clickhouseNative: number;
}

export const HOST = '127.0.0.1';
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** The variables that move the stack, with the address each has when it is not set. */
const DEFAULT_ADDRESSES = {
  KAFKA_BROKERS: `${HOST}:9092`,
  SCHEMA_REGISTRY_URL: `http://${HOST}:8081/apis/ccompat/v7`,
  CLICKHOUSE_URL: `http://${HOST}:8123`,
  CLICKHOUSE_NATIVE_URL: `clickhouse://${HOST}:9000`,
} as const;

type AddressVariable = keyof typeof DEFAULT_ADDRESSES;

const VARIABLES: Readonly<Record<keyof StackPorts, AddressVariable>> = {
  kafka: 'KAFKA_BROKERS',
  registry: 'SCHEMA_REGISTRY_URL',
  clickhouse: 'CLICKHOUSE_URL',
  clickhouseNative: 'CLICKHOUSE_NATIVE_URL',
};

export interface StackEnvironment {
  KAFKA_BROKERS: string;
  SCHEMA_REGISTRY_URL: string;
  CLICKHOUSE_URL: string;
  CLICKHOUSE_NATIVE_URL: string;
}

export const addressesOf = (ports: StackPorts): StackEnvironment => ({
  KAFKA_BROKERS: `${HOST}:${ports.kafka}`,
  SCHEMA_REGISTRY_URL: `http://${HOST}:${ports.registry}/apis/ccompat/v7`,
  CLICKHOUSE_URL: `http://${HOST}:${ports.clickhouse}`,
  CLICKHOUSE_NATIVE_URL: `clickhouse://${HOST}:${ports.clickhouseNative}`,
});

const portOf = (variable: AddressVariable, env: NodeJS.ProcessEnv): number => {
  const text = env[variable] || DEFAULT_ADDRESSES[variable];
  const address = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url?.port || !LOOPBACK.has(url.hostname)) {
    throw new ConfigError(`${variable}=${text} is not an address that the local stack can listen on`, {
      advice: `Set ${variable} to an address with a port on ${HOST}, or unset it for ${DEFAULT_ADDRESSES[variable]}`,
    });
  }
  return Number(url.port);
};

export const portsFromEnvironment = (env: NodeJS.ProcessEnv): StackPorts => ({
  kafka: portOf('KAFKA_BROKERS', env),
  registry: portOf('SCHEMA_REGISTRY_URL', env),
  clickhouse: portOf('CLICKHOUSE_URL', env),
  clickhouseNative: portOf('CLICKHOUSE_NATIVE_URL', env),
});

/** `count` different ports that were free a moment ago: all are held until the last is known. */
export const findFreePorts = async (count: number): Promise<number[]> => {
  const servers = Array.from({ length: count }, () => createServer().listen(0, HOST));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
};

const isPortOpen = (port: number, timeoutMs = 1_000): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: HOST, timeout: timeoutMs });
    const answer = (isOpen: boolean): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
    socket.once('timeout', () => answer(false));
  });

/** Refuses with one line that names every port in use and the variable that moves it. */
const requireFreePorts = async (ports: StackPorts): Promise<void> => {
  const parts = Object.keys(VARIABLES) as (keyof StackPorts)[];
  const isBusy = await Promise.all(parts.map((part) => isPortOpen(ports[part])));
  const busy = parts.filter((_, index) => isBusy[index]);
  if (busy.length === 0) return;
  const list = busy.map((part) => `${ports[part]} (${part})`).join(', ');
  const variables = busy.map((part) => VARIABLES[part]).join(', ');
  throw new ConfigError(busy.length === 1 ? `Port ${list} is already in use` : `Ports ${list} are already in use`, {
    code: 'STACK_UNAVAILABLE',
    advice: `Stop what listens there (another stack?), set ${variables}, or use --free-ports`,
  });
};

/** The same for one port. */
export const requireFreePort = async (port: number, user: string, variable: string): Promise<void> => {
  if (!(await isPortOpen(port))) return;
  throw new ConfigError(`Port ${port} (${user}) is already in use`, {
    code: 'STACK_UNAVAILABLE',
    advice: `Stop what listens there or set ${variable}`,
  });
};

/** The stack's ports and one for Kafka's controller, which nobody else talks to. */
export const choosePorts = async (
  kind: 'default' | 'free',
  env: NodeJS.ProcessEnv,
): Promise<StackPorts & { controller: number }> => {
  const [kafka = 0, registry = 0, clickhouse = 0, clickhouseNative = 0, controller = 0] = await findFreePorts(5);
  if (kind === 'free') return { kafka, registry, clickhouse, clickhouseNative, controller };
  const ports = portsFromEnvironment(env);
  await requireFreePorts(ports);
  return { ...ports, controller };
};
