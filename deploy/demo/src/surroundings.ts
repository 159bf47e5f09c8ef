import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { WindowSettings } from '@millrace/contract-window';
import { announceRunning, deployContracts, startServices, startStack } from '@millrace/local-stack';
import type { Services, Stack } from '@millrace/local-stack';

import { startCrmServer } from './crm-server';
import type { CrmServer } from './crm-server';

export const ZONE = 'America/New_York';
export const WRITE_KEYS = { website: 'local-website-key', product: 'local-product-key' } as const;

/** Everything that runs during the demo. */
export interface Surroundings {
  readonly stack: Stack;
  readonly services: Services;
  readonly crm: CrmServer;
  /** For `millrace` commands against this demo. */
  readonly environment: Readonly<Record<string, string>>;
  /** Logs are worth keeping after a failure. */
  stop(keep?: { logs: boolean }): Promise<void>;
}

const hash = (key: string): string => createHash('sha256').update(key).digest('hex');

/** Windows as shipped; the services are told, and the screen counts what is open by the same numbers. */
export const WINDOWS: WindowSettings = { sizeMs: 3_600_000, graceMs: 600_000 };

/** Minutes become seconds, so that a night fits into the demo; everything else is as shipped. */
const HURRIED = {
  TIME_ZONE: ZONE,
  WINDOW_SIZE_SECONDS: String(WINDOWS.sizeMs / 1000),
  WINDOW_GRACE_SECONDS: String(WINDOWS.graceMs / 1000),
  // The demo runs the two nights itself, one after the other.
  SCHEDULES_ENABLED: 'false',
  SEAL_LATE_INTERVAL_SECONDS: '2',
  LANDING_FLUSH_MS: '250',
  LOG_LEVEL: 'info',
};

function destinations(crmUrl: string, secret: string, clickhouseUrl: string): object {
  const fields = {
    lead_grade: { from: 'lead_score.grade', trigger: 'change' },
    lead_stage: { from: 'lead_score.stage', trigger: 'change' },
  };
  return {
    destinations: [
      {
        name: 'crm',
        kind: 'webhook',
        settings: { url: crmUrl, secret, allow_private_addresses: true, max_records: 20 },
        objects: [
          {
            object: 'lead',
            entity: 'person',
            match: 'email',
            fields: {
              lead_score: { from: 'lead_score.score', trigger: { delta: 5 } },
              ...fields,
              lead_score_reasons: { from: 'lead_score.reasons' },
            },
          },
        ],
        urgent: { person: { object: 'lead', match: 'email' }, account: { object: 'account', match: 'id' } },
      },
      {
        name: 'warehouse',
        kind: 'clickhouse_table',
        settings: { url: clickhouseUrl, database: 'millrace', table: 'lead_scores_export' },
        objects: [
          {
            object: 'lead',
            entity: 'person',
            match: 'id',
            unsubscribed: 'send',
            fields: { lead_score: { from: 'lead_score.score', trigger: { delta: 1 } }, ...fields },
          },
        ],
      },
    ],
  };
}

/** Starts the stack, a CRM and the four services. Whatever fails, nothing is left running. */
export async function openSurroundings(options: {
  ports: 'default' | 'free';
  keepData: boolean;
  onProgress: (line: string) => void;
}): Promise<Surroundings> {
  const { ports, onProgress } = options;
  const secret = randomBytes(24).toString('hex');
  const stack = await startStack({ ports, keepData: options.keepData, onProgress });
  const crm = await startCrmServer(secret);
  let services: Services | undefined;
  let withdraw = (): void => undefined;
  const stop = async (keep?: { logs: boolean }): Promise<void> => {
    withdraw();
    await services?.stop();
    await crm.close();
    await stack.stop(keep);
  };
  try {
    const folder = join(stack.dataDirectory, 'demo');
    mkdirSync(folder, { recursive: true });
    const destinationsFile = join(folder, 'destinations.json');
    writeFileSync(destinationsFile, JSON.stringify(destinations(crm.url, secret, stack.clickhouseUrl), null, 2));
    const settings = {
      ...HURRIED,
      COLLECTOR_WRITE_KEYS: Object.entries(WRITE_KEYS)
        .map(([source, key]) => `${source}:${hash(key)}`)
        .join(','),
      SYNC_DESTINATIONS_FILE: destinationsFile,
    };
    const env = { ...process.env, ...settings };
    await deployContracts({ stack: stack.environment, env, logFile: join(stack.logDirectory, 'deploy.log') });
    onProgress('topics, schemas and tables are there');
    services = await startServices({
      stack: stack.environment,
      logDirectory: stack.logDirectory,
      ports,
      env,
      onProgress,
    });
    const environment = { ...settings, ...services.environment };
    const announcement = announceRunning(environment);
    withdraw = announcement.withdraw;
    if (announcement.other !== undefined)
      onProgress(`commands in another terminal find the Millrace of process ${announcement.other}, not this demo`);
    return { stack, services, crm, environment, stop };
  } catch (error) {
    await stop({ logs: true });
    throw error;
  }
}
