import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';

import { fillQuery } from '../sealing/attempt/row-expressions';
import { asDateTime } from '../sealing/read-query';
import type { RawArchive } from './archive/raw-archive';
import { isDecided } from './is-decided';
import { partitionsBefore } from './partitions-before';
import { readHead } from './read-head';

export interface DropRawInput {
  readonly clickhouse: ClickHouse;
  readonly database: string;
  /** Days before this instant's are dropped. */
  readonly keepFrom: number;
  readonly archive: RawArchive | undefined;
}

export interface DroppedRaw {
  /** As YYYYMMDD. */
  readonly dropped: readonly string[];
  /** Days that are old enough and hold records that no step has sealed yet. */
  readonly held: readonly string[];
  readonly rows: number;
}

interface RawDay {
  readonly rows: number;
  /** Of which records there are, copies included. */
  readonly records_hash: string;
  readonly undecided: number;
  readonly waiting: number;
}

/**
 * Drops days of landed records: archived and read back where there is an archive, noted, and only when everything in them is
 * sealed, by the newest step at that moment. Repeating it after a crash, or in several replicas, does no harm. A record that lands
 * between the last look and the drop is read again from the log by the proof of completeness.
 */
export async function dropRaw({ clickhouse, database, keepFrom, archive }: DropRawInput): Promise<DroppedRaw> {
  const dropped: string[] = [];
  const held: string[] = [];
  let rows = 0;
  for (const day of await partitionsBefore(clickhouse, database, 'signals_raw', dayOf(keepFrom))) {
    const found = await readDay(clickhouse, database, day);
    if (found === undefined || found.rows === 0) continue;
    if (!isSealed(found)) {
      held.push(day);
      continue;
    }
    const name = (await archive?.write(database, day)) ?? '';
    const now = await readDay(clickhouse, database, day);
    // Landed again, or merged, while it was archived: the next round looks at it again.
    if (now === undefined || !isSealed(now) || now.records_hash !== found.records_hash) continue;
    await clickhouse.command(loadSql(__dirname, 'sql/insert-dropped-partitions.sql'), { database, day, archive: name });
    await clickhouse.command('alter table {database: Identifier}.signals_raw drop partition id {day: String}', {
      database,
      day,
    });
    dropped.push(day);
    rows += now.rows;
  }
  return { dropped, held, rows };
}

const isSealed = ({ undecided, waiting }: RawDay): boolean => undecided === 0 && waiting === 0;

const dayOf = (instant: number): string => new Date(instant).toISOString().slice(0, 10).replaceAll('-', '');

async function readDay(clickhouse: ClickHouse, database: string, day: string): Promise<RawDay | undefined> {
  const head = await readHead(clickhouse, database);
  if (head === undefined) return undefined;
  const decided = isDecided(head.vector);
  const sql = fillQuery(loadSql(__dirname, 'sql/select-raw-day.sql'), { is_decided: decided.sql });
  return clickhouse.queryOne<RawDay>(sql, {
    ...decided.params,
    database,
    day,
    closed_before: asDateTime(head.closedBefore),
  });
}
