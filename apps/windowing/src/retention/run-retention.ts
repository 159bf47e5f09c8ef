import type { ClickHouse } from '@millrace/platform-clickhouse';
import type { KafkaLog } from '@millrace/platform-kafka';

import { RawArchive } from './archive/raw-archive';
import { dropQuarantined } from './drop-quarantined';
import { dropRaw } from './drop-raw';
import { dropSealed } from './drop-sealed';
import type { RetentionSettings } from './retention-settings';
import { retentionMetrics as metrics } from './retention.metrics';

/** One round: drops what is old enough and done with. Any number of replicas may run it at any time. */
export async function runRetention(
  { clickhouse, database, log }: { readonly clickhouse: ClickHouse; readonly database: string; readonly log: KafkaLog },
  settings: RetentionSettings,
  now: number,
): Promise<void> {
  const archive = settings.archive === undefined ? undefined : new RawArchive(clickhouse, settings.archive);
  const keepFrom = now - settings.rawMs;
  const raw = await dropRaw({ clickhouse, database, keepFrom, archive });
  metrics.dropped.inc({ table: 'signals_raw' }, raw.dropped.length);
  metrics.held.set(raw.held.length);
  const months = await dropQuarantined(clickhouse, database, keepFrom);
  metrics.dropped.inc({ table: 'signals_quarantined' }, months.length);
  const drops = await dropSealed(clickhouse, database, now, settings.sealedMs);
  metrics.dropped.inc({ table: 'signal_rows' }, drops);
  if (raw.held.length > 0) {
    log.warn({ days: raw.held }, 'landed records older than RAW_RETENTION_DAYS are not sealed yet and are kept');
  }
  if (raw.dropped.length + months.length + drops > 0) {
    log.info(
      { days: raw.dropped, rows: raw.rows, archived: archive !== undefined, months, drops },
      'retention dropped',
    );
  }
}
