import { join } from 'node:path';

import type { Stack } from '@millrace/platform-testing';
import type { RunningService } from '@millrace/platform-observability';

import { readCollectorConfig } from '../app.config';
import { deploy } from '../commands/deploy';
import { startCollector, type StartOptions } from '../topology';
import { createWriteKey, hashWriteKey } from '../write-keys/write-key';

/** One key per source, the same in every spec process: the website's is a page's, the product's a server's. */
export const WEBSITE_KEY = createWriteKey(Buffer.alloc(24, 1));
export const PRODUCT_KEY = createWriteKey(Buffer.alloc(24, 2));

export const environmentOf = (stack: Stack, more: Record<string, string> = {}): Record<string, string> => ({
  ...stack.environment,
  COLLECTOR_PORT: '0',
  LOG_LEVEL: 'error',
  SOURCES_FILES: join(__dirname, 'sources.yaml'),
  COLLECTOR_WRITE_KEYS: `website:${hashWriteKey(WEBSITE_KEY)},product:${hashWriteKey(PRODUCT_KEY)}:server`,
  ...more,
});

/** The collector in this process, its topics deployed. `more` goes over the stack's environment. */
export async function runCollector(
  stack: Stack,
  more: Record<string, string> = {},
  options: StartOptions = {},
): Promise<RunningService> {
  await deploy(readCollectorConfig(environmentOf(stack)));
  const collector = await startCollector(readCollectorConfig(environmentOf(stack, more)), {
    ownsProcess: false,
    ...options,
  });
  await collector.started;
  return collector;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** POST of a body as it is. */
export async function post(
  url: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: JSON.parse(text === '' ? '{}' : text) };
}

export const basic = (key: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`,
});
