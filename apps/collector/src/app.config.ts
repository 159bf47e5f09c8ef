import { SDK_BOOKKEEPING } from '@millrace/catalog-sources';
import { DEFAULT_SOURCES } from '@millrace/contract-signal';
import {
  integer,
  kafkaEnvironment,
  list,
  parseEnvironment,
  seconds,
  serviceEnvironment,
  url,
  type Environment,
} from '@millrace/platform-config';
import { z } from 'zod';

/** Injects the service's parsed environment. */
export const COLLECTOR_CONFIG = Symbol('COLLECTOR_CONFIG');

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
  COLLECTOR_CORS_ORIGINS: list(['*']).describe('Origins of web pages that may send; * for all.'),
} as const;

const intake = {
  COLLECTOR_SOURCES: list(DEFAULT_SOURCES).describe('Sources that this deployment has topics for; keys name one each.'),
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
  COLLECTOR_MAX_PROPERTIES: integer(256, { min: 1 }).describe(
    'An event with more is quarantined as event_too_large; fields outside of its properties are counted apart.',
  ),
  COLLECTOR_DROP_TYPES: list([]).describe('Signal types that are counted and not stored.'),
  COLLECTOR_DROP_PROPERTIES: list(SDK_BOOKKEEPING).describe(
    'Flattened property names that are not stored, each with all below it, for personal data and size.',
  ),
  COLLECTOR_NOBODY: list([]).describe('Words that stand for no identity, besides null, undefined, guest and the like.'),
  COLLECTOR_CLOCK_CORRECTION: list([]).describe(
    'Which client clocks are corrected, as source:fast_only (what is not named), source:both or source:none.',
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

export const readCollectorConfig = (env?: Environment): CollectorConfig =>
  parseEnvironment('collector', collectorEnvironment, env);
