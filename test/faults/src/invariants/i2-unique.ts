import { loadSql } from '@millrace/platform-clickhouse';

import { rowKey } from './expect-content';
import type { Checker } from './violation';

interface Repeated {
  readonly topic: string;
  readonly window_start: string;
  readonly signal_id: string;
  readonly rows: number;
}

/** I2: one row per topic, id and window, among the rows of winners by the log and in what a reader of the view gets. */
export const checkUnique: Checker = async ({ step, sealed, clickhouse }) => {
  const seen = new Set<string>();
  const found: string[] = [];
  for (const row of sealed) {
    const key = rowKey(row.topic, row.window_ms, row.signal_id);
    if (seen.has(key)) found.push(`${key} is in more than one row, step ${row.step} among them`);
    seen.add(key);
  }
  const repeated = await clickhouse.query<Repeated>(loadSql(__dirname, 'sql/repeated-signals.sql'), { step });
  for (const { topic, window_start, signal_id, rows } of repeated) {
    found.push(`a reader gets ${rows} rows of ${signal_id} in ${topic}, window ${window_start}`);
  }
  return found;
};
