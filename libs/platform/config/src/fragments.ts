import { ConfigError } from '@millrace/platform-errors';
import { z } from 'zod';
import { flag, integer, list, port, seconds, secret, timeZone, url } from './variables';

/**
 * Shapes to spread into a service's schema:
 * `z.object({ ...serviceEnvironment('windowing', 8082), ...kafkaEnvironment, ...clickhouseEnvironment, WINDOW_GRACE_SECONDS: seconds(120) })`.
 */
export const kafkaEnvironment = {
  KAFKA_BROKERS: list(['127.0.0.1:9092']).describe('Kafka brokers as host:port, separated by commas.'),
  KAFKA_SSL: flag(false).describe('Whether to speak TLS to the brokers.'),
  KAFKA_SASL_MECHANISM: z
    .enum(['plain', 'scram-sha-256', 'scram-sha-512'])
    .meta({ expected: 'plain, scram-sha-256 or scram-sha-512' })
    .optional()
    .describe('How to authenticate to the brokers; unset means not at all.'),
  KAFKA_SASL_USERNAME: z.string().optional().describe('User for KAFKA_SASL_MECHANISM.'),
  KAFKA_SASL_PASSWORD: secret().optional().describe('Password for KAFKA_SASL_MECHANISM.'),
  SCHEMA_REGISTRY_URL: url('http://127.0.0.1:8081/apis/ccompat/v7').describe(
    'Schema registry that speaks the Confluent API.',
  ),
  TOPIC_PREFIX: z
    .string()
    .default('')
    .describe('Put before every topic and consumer group, so that several installations share a cluster.'),
  TOPIC_REPLICATION_FACTOR: integer(1, { min: 1, max: 15 }).describe(
    'Replicas of topics created here; 3 in production.',
  ),
  TOPIC_PARTITIONS: integer(3, { min: 1, max: 10_000 }).describe(
    'Partitions of signal topics created here; 6 or more in production.',
  ),
} as const;

export const clickhouseEnvironment = {
  CLICKHOUSE_URL: url('http://127.0.0.1:8123').describe('ClickHouse HTTP address.'),
  CLICKHOUSE_DATABASE: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
    .meta({ expected: 'a database name of letters, digits and underscores' })
    .default('millrace')
    .describe('Database that holds every table.'),
  CLICKHOUSE_USERNAME: z.string().default('default').describe('ClickHouse user.'),
  CLICKHOUSE_PASSWORD: secret().optional().describe('Password of CLICKHOUSE_USERNAME.'),
  CLICKHOUSE_CLUSTER: z
    .string()
    .regex(/^[A-Za-z0-9_.-]+$/)
    .meta({ expected: 'a cluster name' })
    .optional()
    .describe('Cluster for ON CLUSTER and Replicated tables; unset means a single server.'),
} as const;

export const logEnvironment = {
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .meta({ expected: 'fatal, error, warn, info, debug, trace or silent' })
    .default('info')
    .describe('Least severe level that is logged.'),
} as const;

/**
 * What a record is judged by, besides its bytes: windowing, which seals it, and sync's fast lane, which acts on it before, need
 * the same values.
 */
export const verdictEnvironment = {
  SIGNAL_FUTURE_SLACK_SECONDS: seconds(3_600).describe(
    'A signal further ahead of its append time is quarantined; the same for windowing and sync.',
  ),
  SIGNAL_HORIZON_SECONDS: seconds(400 * 86_400).describe(
    'A signal further behind its append time is quarantined; the same for windowing and sync.',
  ),
  IMPORT_SOURCES: list([]).describe(
    'Sources whose topics carry history: SIGNAL_HORIZON_SECONDS does not apply; the same for windowing and sync.',
  ),
} as const;

export interface VerdictEnvironment {
  readonly SIGNAL_FUTURE_SLACK_SECONDS: number;
  readonly SIGNAL_HORIZON_SECONDS: number;
  readonly IMPORT_SOURCES: readonly string[];
}

/** `verdictEnvironment` as the judge takes it. */
export const verdictSettingsOf = (config: VerdictEnvironment) => ({
  futureSlackMs: config.SIGNAL_FUTURE_SLACK_SECONDS * 1000,
  horizonMs: config.SIGNAL_HORIZON_SECONDS * 1000,
  importSources: config.IMPORT_SOURCES,
});

/** One zone for the whole installation: a day that ends elsewhere in each service would be nobody's day. */
export const timeZoneEnvironment = {
  TIME_ZONE: timeZone('America/New_York').describe('Zone of business days, schedules and deadlines.'),
} as const;

/** A catalogue that hears what runs read and write. */
export const lineageEnvironment = {
  OPENLINEAGE_URL: url()
    .optional()
    .describe('Endpoint that takes OpenLineage events, without /api/v1/lineage; unset: none are sent.'),
  OPENLINEAGE_API_KEY: secret().optional().describe('Sent to OPENLINEAGE_URL as a bearer token.'),
  OPENLINEAGE_NAMESPACE: z.string().min(1).default('millrace').describe('Namespace of the jobs in OpenLineage events.'),
} as const;

/** Which of a process's variables `installation.v1` records, as far as the process has them. */
export function installationVariablesOf(environment: Readonly<Record<string, unknown>>) {
  const names = ['TIME_ZONE', 'WINDOW_SIZE_SECONDS', 'WINDOW_GRACE_SECONDS'];
  const values = names.map((name): [string, unknown] => [name, environment[name]]);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined)) as Record<string, string | number>;
}

type PortVariable<Service extends string> = `${Uppercase<Service>}_PORT`;
type UrlVariable<Service extends string> = `${Uppercase<Service>}_URL`;

/** Address and logging of a service's own HTTP server: HOST, `<SERVICE>_PORT`, PORT, LOG_LEVEL, and `<SERVICE>_URL` for others. */
export function serviceEnvironment<Service extends string>(service: Service, defaultPort: number) {
  const portVariable = `${service.toUpperCase()}_PORT`;
  const shape = {
    HOST: z.string().default('127.0.0.1').describe('Address to listen on; 0.0.0.0 in a container.'),
    PORT: port(0).describe(`When not 0, used instead of the service's own, as platforms that assign a port do.`),
    ...logEnvironment,
  } as const;
  const portShape = { [portVariable]: port(defaultPort).describe('Port to listen on; 0 lets the system choose.') };
  const urls = list([]).describe(
    'For doctor: where its replicas answer, separated by commas. Empty: HOST and port of this environment.',
  );
  return { ...portShape, ...shape, [`${service.toUpperCase()}_URL`]: urls } as typeof shape &
    Record<PortVariable<Service>, ReturnType<typeof port>> &
    Record<UrlVariable<Service>, typeof urls>;
}

type Parsed<Shape extends z.ZodRawShape> = Readonly<z.output<z.ZodObject<Shape>>>;
export type KafkaEnvironment = Parsed<typeof kafkaEnvironment>;
export type ClickHouseEnvironment = Parsed<typeof clickhouseEnvironment>;
export type LogEnvironment = Parsed<typeof logEnvironment>;
export type ServiceEnvironment<Service extends string> = Parsed<ReturnType<typeof serviceEnvironment<Service>>>;

export interface HttpServer<Service extends string> {
  readonly name: Service;
  readonly host: string;
  readonly port: number;
  readonly logLevel: LogEnvironment['LOG_LEVEL'];
}

/** What a service's HTTP server is started with, from the parsed variables. */
export function httpServerOf<Service extends string>(
  service: Service,
  environment: ServiceEnvironment<Service>,
): HttpServer<Service> {
  const { HOST: host, PORT: assigned, LOG_LEVEL: logLevel } = environment as ServiceEnvironment<string>;
  const own = (environment as Readonly<Record<string, unknown>>)[`${service.toUpperCase()}_PORT`] as number;
  return { name: service, host, port: assigned === 0 ? own : assigned, logLevel };
}

const ANY_ADDRESS: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '[::1]' };

/** Where a service's replicas answer, for whoever asks from outside. */
export function serviceUrlsOf<Service extends string>(
  service: Service,
  environment: ServiceEnvironment<Service>,
): readonly string[] {
  const given = (environment as Readonly<Record<string, unknown>>)[`${service.toUpperCase()}_URL`] as readonly string[];
  if (given.length > 0) return given.map((one) => one.replace(/\/+$/, ''));
  const { host, port: own } = httpServerOf(service, environment);
  const address = ANY_ADDRESS[host] ?? (host.includes(':') ? `[${host}]` : host);
  return [`http://${address}:${own}`];
}

export interface KafkaConnection {
  readonly brokers: string[];
  readonly ssl: boolean;
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
}

/** What a Kafka client needs to connect, from the parsed variables. */
export function kafkaConnectionOf(environment: KafkaEnvironment): KafkaConnection {
  const base = { brokers: [...environment.KAFKA_BROKERS], ssl: environment.KAFKA_SSL };
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = environment;
  if (mechanism === undefined) return base;
  if (username === undefined || password === undefined) {
    throw new ConfigError('KAFKA_SASL_MECHANISM needs KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD', {
      advice: 'Set both, or unset KAFKA_SASL_MECHANISM',
    });
  }
  const sasl = { mechanism, username, password };
  return { ...base, sasl };
}

export interface ClickHouseConnection {
  readonly url: string;
  readonly database: string;
  readonly username: string;
  readonly password: string;
  readonly cluster: string | undefined;
}

/** What the ClickHouse client needs to connect, from the parsed variables. */
export function clickhouseConnectionOf(environment: ClickHouseEnvironment): ClickHouseConnection {
  return {
    url: environment.CLICKHOUSE_URL,
    database: environment.CLICKHOUSE_DATABASE,
    username: environment.CLICKHOUSE_USERNAME,
    password: environment.CLICKHOUSE_PASSWORD ?? '',
    cluster: environment.CLICKHOUSE_CLUSTER,
  };
}
