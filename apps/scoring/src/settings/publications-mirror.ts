import type { ClickHouse } from '@millrace/platform-clickhouse';

import type { Publication } from '../connections/publications-log';

const NEWEST = 'select toString(max(log_offset)) as newest, count() as rows from settings_publications';

/** Shows publications in ClickHouse that are not there yet. The log decides; the same row again replaces itself. */
export async function mirrorPublications(clickhouse: ClickHouse, publications: readonly Publication[]): Promise<void> {
  const found = await clickhouse.queryOne<{ newest: string; rows: number }>(NEWEST);
  const newest = found === undefined || Number(found.rows) === 0 ? -1 : Number(found.newest);
  const missing = publications.filter(({ offset }) => offset > newest);
  if (missing.length === 0) return;
  await clickhouse.insertRows(
    'settings_publications',
    missing.map((one) => ({
      model: one.model,
      number: one.number,
      log_offset: one.offset,
      hash: one.hash,
      settings: JSON.stringify(one.settings),
      author: one.author,
      note: one.note,
      published_at: new Date(one.published_at).toISOString(),
      counts_from: new Date(one.counts_from).toISOString(),
    })),
  );
}
