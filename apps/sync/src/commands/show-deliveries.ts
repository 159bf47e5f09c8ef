import { loadSql } from '@millrace/platform-clickhouse';
import { instant, listing } from '@millrace/platform-commands';
import { z } from 'zod';

import type { SyncConfig } from '../app.config';
import type { Pauses } from '../delivery/pauses';
import { assertDestination } from '../destinations/assert-destination';
import { loadDestinations } from '../destinations/load-destinations';
import type { PauseRecord } from '../planning/plan-log';
import { withClickHouse } from './with-clickhouse';

const shownRow = z.object({
  destination: z.string(),
  object: z.string(),
  accepted: z.number(),
  rejected: z.number(),
  gone: z.number(),
  superseded: z.number(),
  /** Retries are spent. */
  spent: z.number(),
  /** Tried, and tried again. */
  waiting: z.number(),
  last_attempted_at: z.string(),
});
export type ShownDelivery = z.infer<typeof shownRow> & {
  /** The decision of people that stopped the destination; null: nobody did. */
  readonly paused: PauseRecord | null;
};

/** What became of the values that were tried in the last hours, by destination and object; a destination without any has a row of zeros. */
export async function showDeliveries(
  config: SyncConfig,
  { destination, hours }: { readonly destination: string; readonly hours: number },
  pauses: Pauses,
): Promise<ShownDelivery[]> {
  const configured = loadDestinations(config.SYNC_DESTINATIONS_FILE);
  if (destination !== '') assertDestination(destination, configured);
  const rows = await withClickHouse(
    (clickhouse) => clickhouse.query(loadSql(__dirname, 'sql/show-deliveries.sql'), { destination, hours }, shownRow),
    config,
  );
  const none = { accepted: 0, rejected: 0, gone: 0, superseded: 0, spent: 0, waiting: 0, last_attempted_at: '' };
  const quiet = configured
    .filter(({ entry }) => destination === '' || entry.name === destination)
    .flatMap(({ entry }) => entry.objects.map(({ object }) => ({ destination: entry.name, object, ...none })))
    .filter((one) => !rows.some((row) => row.destination === one.destination && row.object === one.object));
  return [...rows, ...quiet].map((row) => ({ ...row, paused: pauses.of(row.destination) ?? null }));
}

const HEADER = [
  'destination',
  'object',
  'state',
  'accepted',
  'rejected',
  'gone',
  'superseded',
  'spent',
  'waiting',
  'last attempt',
];

export function shownInWords(rows: readonly ShownDelivery[]): string[] {
  const cells = rows.map((row) => [
    row.destination,
    row.object,
    row.paused === null ? 'sends' : 'stopped',
    row.accepted,
    row.rejected,
    row.gone,
    row.superseded,
    row.spent,
    row.waiting,
    row.last_attempted_at === '' ? '' : instant(row.last_attempted_at),
  ]);
  return listing(HEADER, cells, 'no destination is configured');
}
