import { runPublishedSchema, type RunPublished } from '@millrace/contract-score';
import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';
import { MillraceError } from '@millrace/platform-errors';
import { z } from 'zod';

const row = z.object({ record: z.string() });

/** A run that scoring tried and did not publish. Throws RUN_UNKNOWN when there is none, or its rows are gone. */
export async function findTriedRun(clickhouse: ClickHouse, runId: string): Promise<RunPublished> {
  const [found] = await clickhouse.query(loadSql(__dirname, 'sql/find-tried-run.sql'), { run_id: runId }, row);
  if (found !== undefined) return runPublishedSchema.parse(JSON.parse(found.record));
  throw new MillraceError(`There is no what-if ${runId}`, {
    code: 'RUN_UNKNOWN',
    actor: 'operator',
    advice: 'Its rows are kept 7 days; make it again: npx millrace models what-if <model>',
  });
}
