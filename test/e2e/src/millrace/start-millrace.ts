import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openStack, spawnService } from '@millrace/platform-testing';
import type { SpawnedService, Stack } from '@millrace/platform-testing';

import { runCommand } from './run-command';

export const WRITE_KEYS = { website: 'e2e-website-key', product: 'e2e-product-key' } as const;

export type AppName = 'collector' | 'windowing' | 'scoring' | 'sync';

/** All services as processes on a corner of the real stack. */
export interface Millrace {
  readonly stack: Stack;
  readonly environment: Readonly<Record<string, string>>;
  readonly services: Readonly<Record<AppName, SpawnedService>>;
  /** kill -9, then the same service again with the same environment. */
  killAndRestart(app: AppName): Promise<void>;
  stop(): Promise<void>;
}

export interface MillraceOptions {
  readonly apps?: readonly AppName[];
  readonly destinations?: readonly object[];
  readonly overrides?: Readonly<Record<string, string>>;
}

const hash = (key: string): string => createHash('sha256').update(key).digest('hex');

/** Everything quick enough for a test; production values are minutes and hours. */
const QUICK = {
  SEAL_LATE_INTERVAL_SECONDS: '1',
  LANDING_FLUSH_MS: '200',
  LOG_LEVEL: 'info',
};

export async function startMillrace(options: MillraceOptions = {}): Promise<Millrace> {
  const stack = await openStack();
  const folder = mkdtempSync(join(tmpdir(), 'millrace-e2e-'));
  const destinationsFile = join(folder, 'destinations.json');
  writeFileSync(destinationsFile, JSON.stringify({ destinations: options.destinations ?? [] }));
  const environment = {
    ...stack.environment,
    ...QUICK,
    COLLECTOR_WRITE_KEYS: Object.entries(WRITE_KEYS)
      .map(([source, key]) => `${source}:${hash(key)}`)
      .join(','),
    SYNC_DESTINATIONS_FILE: destinationsFile,
    ...options.overrides,
  };
  const services = new Map<AppName, SpawnedService>();
  const stop = async (): Promise<void> => {
    await Promise.allSettled([...services.values()].map((service) => service.stop()));
    await stack.cleanup();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const deployed = await runCommand(['deploy'], environment);
    if (deployed.code !== 0) throw new Error(`millrace deploy failed\n${deployed.stdout}\n${deployed.stderr}`);
    const apps = options.apps ?? (['collector', 'windowing', 'scoring', 'sync'] as const);
    await Promise.all(apps.map(async (app) => services.set(app, await spawnService(app, environment))));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    stack,
    environment,
    get services() {
      return Object.fromEntries(services) as Record<AppName, SpawnedService>;
    },
    async killAndRestart(app) {
      const service = services.get(app);
      const port = new URL(service?.url ?? '').port;
      await service?.kill('SIGKILL');
      services.set(app, await spawnService(app, { ...environment, [`${app.toUpperCase()}_PORT`]: port }));
    },
    stop,
  };
}
