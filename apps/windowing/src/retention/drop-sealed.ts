import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';

import { readFoldNotes } from '../sealing/fold/fold-steps';
import { asDateTime, asDateTime64 } from '../sealing/read-query';

interface Drop {
  readonly dropped_before: string;
  readonly through_step: number;
}

/**
 * Drops sealed rows of windows before the month of `now - keepMs`. First they are counted into `dropped_rows`, which moves them out of
 * what readers count as kept, then deleted. Which steps' rows go follows from the month and the chain alone, so any replica notes the
 * same; rows that were sealed into such windows since go with the next month. Returns how many drops were made or finished.
 */
export async function dropSealed(
  clickhouse: ClickHouse,
  database: string,
  now: number,
  keepMs: number,
): Promise<number> {
  const finished = await finishDrops(clickhouse, database);
  const drop = await nextDrop(clickhouse, database, now, keepMs);
  if (drop === undefined) return finished;
  await clickhouse.command(loadSql(__dirname, 'sql/insert-dropped-rows.sql'), { database, ...drop });
  return finished + (await finishDrops(clickhouse, database));
}

/** Undefined while the chain is not past the time, or losing rows of it are still there. */
async function nextDrop(
  clickhouse: ClickHouse,
  database: string,
  now: number,
  keepMs: number,
): Promise<Drop | undefined> {
  const oldest = new Date(now - keepMs);
  const before = Date.UTC(oldest.getUTCFullYear(), oldest.getUTCMonth(), 1);
  const bound = await clickhouse.queryOne<{ readonly through_step: number; readonly is_passed: number }>(
    loadSql(__dirname, 'sql/select-sealed-bound.sql'),
    { database, closed_through: asDateTime64(before + keepMs) },
  );
  if (bound === undefined || bound.through_step === 0 || bound.is_passed !== 1) return undefined;
  const { folded_through: foldedThrough } = await readFoldNotes(clickhouse, database);
  if (bound.through_step > foldedThrough) return undefined;
  return { dropped_before: asDateTime(before), through_step: bound.through_step };
}

async function finishDrops(clickhouse: ClickHouse, database: string): Promise<number> {
  const open = await clickhouse.query<{ readonly dropped_before_second: number; readonly through_step: number }>(
    loadSql(__dirname, 'sql/select-unfinished-drops.sql'),
    { database },
  );
  for (const { dropped_before_second: second, through_step } of open) {
    await clickhouse.command(
      loadSql(__dirname, 'sql/delete-dropped-rows.sql'),
      { database, dropped_before: asDateTime(second * 1000), through_step },
      { settings: { mutations_sync: '2' } },
    );
  }
  return open.length;
}
