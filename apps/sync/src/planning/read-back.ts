import type { CurrentValues } from '@millrace/catalog-destinations';
import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';
import { z } from 'zod';

import { materialFieldsOf } from './material-fields';
import type { PlanSubject } from './plan-subject';

const keyRow = z.object({ match_key: z.string() });
const KEYS_AT_ONCE = 100;

/**
 * Before an object's first plan: what the destination has of the records that would be sent counts as accepted. True when something
 * was read. An answer that says nothing ends it: then everything is sent, which is right as well.
 */
export async function readBackRecords(
  clickhouse: ClickHouse,
  subject: PlanSubject,
  attemptId: string,
  now: number,
): Promise<boolean> {
  const { configured, mapping, set, readBack } = subject;
  if (readBack === undefined) return false;
  const { compared_fields: fields } = materialFieldsOf(mapping, set.neverRan);
  let after = '';
  let isFound = false;
  for (;;) {
    const rows = await clickhouse.query(
      loadSql(__dirname, 'sql/keys-to-read-back.sql'),
      { attempt_id: attemptId, after, most: KEYS_AT_ONCE },
      keyRow,
    );
    const keys = rows.map(({ match_key }) => match_key);
    after = keys.at(-1) ?? '';
    if (keys.length === 0) return isFound;
    const read = await readBack(mapping, keys, fields);
    if (read.kind !== 'values') return isFound;
    isFound ||= read.records.length > 0;
    await clickhouse.command(loadSql(__dirname, 'sql/insert-read-back.sql'), {
      destination: configured.entry.name,
      object: mapping.object,
      values: read.records.flatMap((record) => valuesOf(record, fields)),
      now,
    });
  }
}

const valuesOf = ({ match_key, values }: CurrentValues, fields: readonly string[]): [string, string, string][] =>
  fields.map((field) => [match_key, field, JSON.stringify(values[field] ?? null)]);
