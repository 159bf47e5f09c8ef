import type { CrashPoint } from '../crash-points';
import { readQuery } from '../read-query';
import { sealingMetrics as metrics } from '../../metrics';
import { insertValues } from './insert-values';
import type { PartitionCount } from './partition-count';
import type { StepContext } from './step-context';
import { summariseAttempt, type AttemptSummary, type FoundOffsets, type StoredRows } from './summarise-attempt';

const INSERT_SETTINGS = {
  // An import may touch any number of months.
  max_partitions_per_insert_block: '0',
  // Sorting and compressing the rows is half of the work: on two threads, in blocks that both get some of.
  max_insert_threads: '2',
  min_insert_block_size_rows: '262144',
  min_insert_block_size_bytes: '0',
} as const;

/** Stores the rows of an attempt and what they add up to. `counts` are the offsets of the step, proven complete. */
export async function fillAttempt(
  context: StepContext,
  counts: readonly PartitionCount[],
  crashPoint: CrashPoint = () => undefined,
): Promise<AttemptSummary> {
  const { clickhouse, params, pieces, longestInsertSeconds } = context;
  await metrics.timeStage('values', () => insertValues(context));
  const settings = { ...INSERT_SETTINGS, max_execution_time: longestInsertSeconds };
  await metrics.timeStage('insert', () =>
    clickhouse.command(readQuery(context.insertQuery, pieces), params, { settings }),
  );
  crashPoint('after-attempt');
  const [found, stored] = await metrics.timeStage('check', () =>
    Promise.all([
      clickhouse.query<FoundOffsets>(readQuery(context.foundQuery, pieces), params),
      clickhouse.query<StoredRows>(readQuery('select-stored-rows', pieces), params),
    ]),
  );
  const summary = summariseAttempt(found, stored, counts);
  await insertSeals(context, summary);
  crashPoint('after-seals');
  return summary;
}

async function insertSeals(context: StepContext, { windows, partitions }: AttemptSummary): Promise<void> {
  const { clickhouse, databases, proposal, attemptId } = context;
  const tag = { step: proposal.step, attempt_id: attemptId };
  const insert = (table: string, rows: readonly object[]): Promise<number> =>
    clickhouse.insertRows(
      `${databases.target}.${table}`,
      rows.map((row) => ({ ...tag, ...row })),
    );
  await Promise.all([insert('window_seals', windows), insert('partition_seals', partitions)]);
}
