import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';
import { z } from 'zod';

import { planSql } from './plan-sql';
import type { PlanSubject } from './plan-subject';

const renameRow = z.object({ old_key: z.string(), new_key: z.string() });
/** Pairs travel in a statement: so many at a time. */
const RENAMES_AT_ONCE = 500;

/**
 * A record whose instance states another e-mail than before is found by the new one: what was accepted moves with it, and nobody has
 * left. True when something moved.
 */
export async function moveRenamed(clickhouse: ClickHouse, subject: PlanSubject, attemptId: string): Promise<boolean> {
  const { configured, mapping } = subject;
  const { entry } = configured;
  if (entry.instance === undefined || mapping.match !== 'email') return false;
  const params = { attempt_id: attemptId, instance: entry.instance };
  const renames = await clickhouse.query(planSql('find-renamed', mapping.entity), params, renameRow);
  for (let from = 0; from < renames.length; from += RENAMES_AT_ONCE) {
    const pairs = renames.slice(from, from + RENAMES_AT_ONCE).map(({ old_key, new_key }) => [old_key, new_key]);
    // The new rows first: interrupted, the record is there twice and is moved again.
    for (const isGone of [0, 1]) {
      await clickhouse.command(loadSql(__dirname, 'sql/move-renamed.sql'), {
        destination: entry.name,
        object: mapping.object,
        renames: pairs,
        is_gone: isGone,
      });
    }
  }
  return renames.length > 0;
}
