import type { ClickHouse } from '@millrace/platform-clickhouse';
import type { KafkaLog } from '@millrace/platform-kafka';

import { RawArchive } from './archive/raw-archive';
import { dropQuarantined } from './drop-quarantined';
import { dropRaw } from './drop-raw';
import { dropSealed } from './drop-sealed';
import type { RetentionSettings } from './retention-settings';
import { retentionMetrics as metrics } from '../metrics';

export interface RetentionDeps {
  readonly clickhouse: ClickHouse;
  readonly database: string;
  readonly log: KafkaLog;
}

/** One round: drops what is old enough and done with. Any number of replicas may run it at any time. What fails stops nothing else. */
export async function runRetention(deps: RetentionDeps, settings: RetentionSettings, now: number): Promise<void> {
  const { clickhouse, database, log } = deps;
  const done = await Promise.allSettled([
    dropRawDays(deps, settings, now),
    dropQuarantined(clickhouse, database, now - settings.rawMs).then((months) => {
      metrics.dropped.inc({ table: 'signals_quarantined' }, months.length);
      if (months.length > 0) log.info({ months }, 'quarantined records were dropped');
    }),
    dropSealed(clickhouse, database, now, settings.sealedMs).then((drops) => {
      metrics.dropped.inc({ table: 'signal_rows' }, drops);
      if (drops > 0) log.info({ drops }, 'sealed signals were dropped');
    }),
  ]);
  const failed = done.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

async function dropRawDays(
  { clickhouse, database, log }: RetentionDeps,
  settings: RetentionSettings,
  now: number,
): Promise<void> {
  const archive = settings.archive === undefined ? undefined : new RawArchive(clickhouse, settings.archive);
  const raw = await dropRaw({ clickhouse, database, keepFrom: now - settings.rawMs, archive });
  metrics.dropped.inc({ table: 'signals_raw' }, raw.dropped.length);
  metrics.held.set(raw.held.length);
  if (raw.held.length > 0) {
    log.warn({ days: raw.held }, 'landed records older than RAW_RETENTION_DAYS are not sealed yet and are kept');
  }
  if (raw.dropped.length > 0) {
    log.info({ days: raw.dropped, rows: raw.rows, isArchived: archive !== undefined }, 'landed records were dropped');
  }
}
