import 'reflect-metadata';
import { ConfigError, describeError, exitCodeOf, millraceVersion } from '@millrace/platform-errors';
import {
  Module,
  type DynamicModule,
  type INestApplicationContext,
  type NestApplicationOptions,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { LoggerModule } from 'nestjs-pino';
import type { DestinationStream } from 'pino';
import { HealthModule } from '../health/health.module';
import { HealthRegistry, type HealthCheck } from '../health/health-registry';
import { createLogger, nestLoggerParams, type LogLevel } from '../logger';
import { collectProcessMetrics } from '../metrics';
import { QuietLogger } from '../quiet-logger';
import { guardShutdownHooks } from './guard-shutdown-hooks';
import { exitOnSignals, exitOnUncaughtErrors } from './shutdown';
import { createStartup, type Startup } from './startup';

export interface ServiceOptions {
  readonly name: string;
  readonly module: Type<unknown> | DynamicModule;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  readonly logLevel?: LogLevel;
  /** Bodies above this are answered 413. Default 1 MiB. */
  readonly bodyLimitBytes?: number;
  /** Passed to Fastify, e.g. `{ routerOptions: { ignoreTrailingSlash: true } }`. */
  readonly fastify?: ConstructorParameters<typeof FastifyAdapter>[0];
  /** Passed to Nest, e.g. `{ bodyParser: false }`. */
  readonly nest?: NestApplicationOptions;
  /** Before the application is initialised: hooks, parsers. */
  readonly configure?: (app: NestFastifyApplication) => void | Promise<void>;
  /** What the service stands on, asked by /health/ready from the first moment on. */
  readonly checks?: Readonly<Record<string, HealthCheck>>;
  /**
   * Runs once HTTP listens: waits for what the service needs (`startup.until`), then lets it work. Until it resolves, readiness says
   * `starting` and for what. What it throws is a bug and ends the process.
   */
  readonly start?: (startup: Startup, app: INestApplicationContext) => Promise<void>;
  /** How long draining may take at shutdown. Default 25, below the usual 30 s of orchestrators. */
  readonly shutdownDeadlineSeconds?: number;
  /** Whether signals and uncaught errors end the process. Default true; specs say false and call close(). */
  readonly ownsProcess?: boolean;
  readonly logDestination?: DestinationStream;
}

export interface RunningService {
  readonly app: NestFastifyApplication;
  readonly url: string;
  /** Resolves once the start is over; rejects when it was stopped before. */
  readonly started: Promise<void>;
  readonly close: (signal?: string) => Promise<void>;
}

@Module({})
class ServiceModule {}

const DEFAULT_BODY_LIMIT_BYTES = 1024 * 1024;
const DEFAULT_SHUTDOWN_SECONDS = 25;

/**
 * Starts a service: logger, health, metrics, then HTTP. It resolves once that listens: /health/live answers from then on, and
 * /health/ready says what the start waits for. One line "<name> ready on http://..." when the start is over.
 */
export async function bootstrapService(options: ServiceOptions): Promise<RunningService> {
  const { name, ownsProcess = true, host = '127.0.0.1' } = options;
  const logger = createLogger({ name, level: options.logLevel, destination: options.logDestination });
  const exit = (code: number): void => process.exit(code);
  const forget = ownsProcess ? [exitOnUncaughtErrors(logger, exit)] : [];
  collectProcessMetrics();

  const root: DynamicModule = {
    module: ServiceModule,
    imports: [LoggerModule.forRoot(nestLoggerParams(logger)), HealthModule, options.module],
  };
  const adapter = new FastifyAdapter({
    bodyLimit: options.bodyLimitBytes ?? DEFAULT_BODY_LIMIT_BYTES,
    ...(options.fastify as object | undefined),
  });
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger: new QuietLogger(logger),
    abortOnError: false,
    ...options.nest,
  });

  const health = app.get(HealthRegistry);
  for (const [part, check] of Object.entries(options.checks ?? {})) health.addReadiness(part, check);
  const startup = createStartup({ name, health, log: logger });
  const close = async (signal?: string): Promise<void> => {
    health.markStopping();
    startup.stop();
    guardShutdownHooks(app, (message, error) => logger.error({ err: error }, message));
    // A connection kept alive after its last request would hold the server open for more than a minute.
    const sweep = setInterval(() => app.getHttpServer().closeIdleConnections(), 50);
    try {
      await app.close();
    } finally {
      clearInterval(sweep);
      for (const stopListening of forget) stopListening();
    }
    logger.info(signal === undefined ? 'stopped' : `stopped after ${signal}`);
  };
  if (ownsProcess) {
    const deadlineSeconds = options.shutdownDeadlineSeconds ?? DEFAULT_SHUTDOWN_SECONDS;
    forget.push(exitOnSignals({ logger, deadlineSeconds, close, exit }));
  }

  try {
    await options.configure?.(app);
    await listen(app, name, options.port, host);
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
  const url = (await app.getUrl()).replace('[::1]', 'localhost');
  const started = (async () => {
    if (options.start !== undefined) await options.start(startup, app);
    health.markRunning();
    logger.info(`${name} ready on ${url}`);
  })();
  started.catch((error: unknown) => {
    if (startup.isStopped) return;
    logger.fatal({ err: error }, `${name} cannot start: ${describeError(error)}`);
    if (ownsProcess) void close().finally(() => exit(1));
  });
  return { app, url, started, close };
}

/** Runs a service's main function; what it throws becomes one readable line and an exit code. */
export function runService(main: () => Promise<unknown>): void {
  if (process.argv.includes('--version')) {
    process.stdout.write(`${millraceVersion()}\n`);
    return;
  }
  Promise.resolve()
    .then(main)
    .catch((error: unknown) => {
      process.stderr.write(`${describeError(error)}\n`);
      process.exit(exitCodeOf(error));
    });
}

async function listen(app: NestFastifyApplication, name: string, port: number, host: string): Promise<void> {
  try {
    await app.listen(port, host);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new ConfigError(`Port ${port} on ${host} is taken by another process`, {
      advice: `Stop that process or set ${name.toUpperCase()}_PORT to another one`,
      cause: error,
      details: { host, port },
    });
  }
}
