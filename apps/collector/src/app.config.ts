import { join } from 'node:path';

import {
  integer,
  kafkaEnvironment,
  list,
  parseEnvironment,
  refuseMoved,
  seconds,
  serviceEnvironment,
  url,
  verdictEnvironment,
  type Environment,
} from '@millrace/platform-config';
import { z } from 'zod';

/** Injects the service's parsed environment. */
export const COLLECTOR_CONFIG = Symbol('COLLECTOR_CONFIG');

/** config/sources.yaml of the repository, seen from src/ and from dist/. */
const SOURCES_FILE = join(__dirname, '../../../config/sources.yaml');

const MEBIBYTE = 1024 * 1024;

const isPublicUrl = (text: string): boolean => {
  const { protocol, username, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && username + search + hash === '';
};

const http = {
  COLLECTOR_BODY_LIMIT_BYTES: integer(2 * MEBIBYTE, { min: 1_024 }).describe(
    'A request above this is answered 413: as sent, and again after decompression.',
  ),
  COLLECTOR_PUBLIC_URL: url()
    .refine(isPublicUrl, 'not an http(s) URL of host, port and path')
    .optional()
    .describe('Where browsers reach the collector; unset: the Host that they ask, and the scheme that a proxy notes.'),
  COLLECTOR_HEADERS_TIMEOUT_SECONDS: seconds(10, { min: 0.1 }).describe(
    'A connection that has not sent the headers of its request by then is closed.',
  ),
  COLLECTOR_REQUEST_TIMEOUT_SECONDS: seconds(30, { min: 0.1 }).describe(
    'A request that has not arrived by then is answered 408.',
  ),
  COLLECTOR_MAX_CONNECTIONS: integer(10_000, { min: 1 }).describe('Connections beyond it are closed at once.'),
  COLLECTOR_MAX_BATCH_EVENTS: integer(10_000, { min: 1 }).describe('A request with more events is answered 413.'),
  COLLECTOR_CORS_ORIGINS: list(['*']).describe('Origins of web pages that may send; * for all.'),
} as const;

const intake = {
  SOURCES_FILES: list([SOURCES_FILE]).describe(
    'YAML or JSON files of what is collected, separated by commas; see config/sources.yaml.',
  ),
  IMPORT_SOURCES: verdictEnvironment.IMPORT_SOURCES,
  COLLECTOR_WRITE_KEYS: list([]).describe(
    'Write keys as source:sha256-hex, of servers source:sha256-hex:server, separated by commas (see `keys create`).',
  ),
  COLLECTOR_WRITE_KEYS_FILE: z
    .string()
    .optional()
    .describe('JSON file of write keys; read again when it changes, so that a key can be revoked.'),
  COLLECTOR_WRITE_KEYS_RELOAD_SECONDS: seconds(5, { min: 0.05 }).describe('How often that file is looked at.'),
  COLLECTOR_EVENTS_PER_SECOND_PER_KEY: integer(20_000).describe('Above it a key is answered 429; 0 means no limit.'),
  COLLECTOR_MAX_EVENT_BYTES: integer(64 * 1024, { min: 256 }).describe(
    'An event whose signal is larger is quarantined as event_too_large.',
  ),
} as const;

const produce = {
  COLLECTOR_LINGER_MS: integer(4, { max: 1_000 }).describe('How long the first record waits for company.'),
  COLLECTOR_PRODUCE_TIMEOUT_SECONDS: seconds(5, { min: 0.1 }).describe(
    'A request whose records Kafka has not acknowledged by then is answered 503.',
  ),
  COLLECTOR_QUEUE_BYTES: integer(64 * MEBIBYTE, { min: 1_024 }).describe(
    'Records waiting for Kafka; above it requests are answered 429.',
  ),
} as const;

export const collectorEnvironment = z.object({
  ...serviceEnvironment('collector', 8080),
  ...http,
  ...kafkaEnvironment,
  ...intake,
  ...produce,
});

export type CollectorConfig = Readonly<z.output<typeof collectorEnvironment>>;

/** What variables said before files of sources did; each with what says it now. */
const MOVED: Readonly<Record<string, string>> = {
  COLLECTOR_SOURCES: 'one entry for each, as - { name: website, type: <type> }',
  COLLECTOR_MAX_PROPERTIES: 'max_properties: 256',
  COLLECTOR_DROP_TYPES: 'drop_types: [screen_viewed]',
  COLLECTOR_DROP_PROPERTIES: 'drop_properties: [context.userAgentData]',
  COLLECTOR_NOBODY: 'nobody: [unknown]',
  COLLECTOR_CLOCK_CORRECTION: 'clock_correction: both',
};

export function readCollectorConfig(env?: Environment): CollectorConfig {
  refuseMoved(MOVED, 'a file of SOURCES_FILES, by default config/sources.yaml,', env);
  return parseEnvironment('collector', collectorEnvironment, env);
}
