import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { RunningService } from '@millrace/platform-observability';
import type { Stack } from '@millrace/platform-testing';

import { readSyncConfig, type SyncConfig } from '../app.config';
import { deploy } from '../commands/deploy';
import { startSync } from '../topology';

export const SECRET = 'a shared secret of length';

/** Intervals made small; nothing else differs from the defaults. */
const FAST = {
  LOG_LEVEL: 'silent',
  PLAN_INTERVAL_SECONDS: '0.2',
  PLAN_TAKEOVER_SECONDS: '1',
  TOPIC_DISCOVERY_SECONDS: '0.5',
  DELIVERY_PAUSE_SECONDS: '0.5',
  DELIVERY_CIRCUIT_OPEN_SECONDS: '0.3',
  DELIVERY_BACKOFF_FIRST_SECONDS: '0.05',
  DELIVERY_BACKOFF_LONGEST_SECONDS: '0.2',
  KAFKA_SESSION_TIMEOUT_SECONDS: '6',
};

export function environmentOf(
  stack: Stack,
  destinations: readonly object[],
  extra: Record<string, string> = {},
): Record<string, string> {
  const file = join(mkdtempSync(join(tmpdir(), 'millrace-sync-')), 'destinations.json');
  writeFileSync(file, JSON.stringify({ destinations }));
  return { ...stack.environment, ...FAST, SYNC_DESTINATIONS_FILE: file, ...extra };
}

export const configOf = (environment: Record<string, string>): SyncConfig =>
  readSyncConfig({ SYNC_PORT: '0', ...environment });

/** In this process, on a port that the system chooses. */
export async function deployAndStart(environment: Record<string, string>): Promise<RunningService> {
  await deploy(configOf(environment));
  const sync = await startSync(configOf(environment), { ownsProcess: false });
  await sync.started;
  return sync;
}

export const LEAD_FIELDS = {
  lead_score: { from: 'lead_score.score', trigger: { delta: 5 } },
  lead_grade: { from: 'lead_score.grade', trigger: 'change' },
  lead_stage: { from: 'lead_score.stage', trigger: 'change' },
  lead_score_reasons: { from: 'lead_score.reasons' },
};

export function webhookEntry(name: string, url: string, settings: object = {}, extra: object = {}): object {
  return {
    name,
    kind: 'webhook',
    settings: { url, secret: SECRET, allow_private_addresses: true, max_records: 10, timeout_seconds: 1, ...settings },
    objects: [{ object: 'lead', match: 'email', fields: LEAD_FIELDS }],
    urgent: { person: { object: 'lead', match: 'email' }, account: { object: 'account', match: 'id' } },
    ...extra,
  };
}

export function clickhouseTableEntry(name: string, stack: Pick<Stack, 'clickhouseUrl' | 'database'>): object {
  return {
    name,
    kind: 'clickhouse_table',
    settings: { url: stack.clickhouseUrl, database: stack.database },
    objects: [{ object: 'lead', match: 'id', fields: LEAD_FIELDS }],
  };
}
