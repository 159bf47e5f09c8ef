import { MillraceError, toJson } from '@millrace/platform-errors';
import type { Params } from 'nestjs-pino';
import { pino, type DestinationStream, type Level, type Logger, type LoggerOptions } from 'pino';

import { plainLines } from './plain-lines';

export type LogLevel = Level | 'silent';

export interface CreateLoggerOptions {
  /** Name of the service, in every line. */
  readonly name: string;
  readonly level?: LogLevel | undefined;
  /** E-mail addresses are people's data: hidden unless a developer asks for them. Default true. */
  readonly redactEmails?: boolean | undefined;
  /** Default: standard output, one JSON object a line; plain words when that is a terminal. */
  readonly destination?: DestinationStream | undefined;
}

const SECRET_KEYS = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'token',
  'access_token',
  'refresh_token',
  'api_key',
  'apiKey',
  'write_key',
  'writeKey',
  '["x-write-key"]',
  '["x-api-key"]',
];

/** A logger of JSON lines with secrets redacted down to three levels and errors written with code, actor and advice. */
export function createLogger(options: CreateLoggerOptions): Logger {
  const settings: LoggerOptions = {
    name: options.name,
    level: options.level ?? 'info',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: redactedPaths(options.redactEmails ?? true), censor: '[redacted]' },
    serializers: { err: serializeError, error: serializeError },
  };
  const onTerminal = process.stdout.isTTY ? plainLines((text) => process.stdout.write(text)) : undefined;
  const destination = options.destination ?? onTerminal;
  return destination === undefined ? pino(settings) : pino(settings, destination);
}

/** Parameters of nestjs-pino around that logger. No line a request: failures are logged where they happen. */
export function nestLoggerParams(logger: Logger): Params {
  return { pinoHttp: { logger, autoLogging: false }, forRoutes: [] };
}

function redactedPaths(redactEmails: boolean): string[] {
  const keys = redactEmails ? [...SECRET_KEYS, 'email'] : SECRET_KEYS;
  return ['', '*.', '*.*.'].flatMap((depth) =>
    keys.map((key) => (key.startsWith('[') ? `${depth.replace(/\.$/, '')}${key}` : `${depth}${key}`)),
  );
}

/** Stacks only where a developer must act: elsewhere the code and the advice are what helps. */
function serializeError(error: unknown): unknown {
  const needsStack = !(error instanceof MillraceError) || error.actor === 'developer';
  const stack = error instanceof Error && needsStack ? { stack: error.stack } : {};
  return { ...toJson(error), ...stack };
}
