import { readQuery } from '../read-query';
import { insertValues } from './insert-values';
import { proveCompleteness, type RelandOffsets } from './prove-completeness';
import type { StepContext } from './step-context';
import { summariseAttempt, type AttemptSummary, type FoundOffsets, type StoredRows } from './summarise-attempt';

/** Named places where a test may end the process; see `crash-points.ts`. */
export type CrashPoint = (name: string) => void;

export interface AttemptHooks {
  readonly reland: RelandOffsets;
  readonly crashPoint: CrashPoint;
}

export interface Attempt extends AttemptSummary {
  readonly repaired: number;
}

/** Makes one attempt at a step, up to its digest. Nothing of it is visible until the attempt has won. */
export async function makeAttempt(context: StepContext, { reland, crashPoint }: AttemptHooks): Promise<Attempt> {
  crashPoint('before-completeness');
  const { counts, repaired } = await proveCompleteness(context, reland);
  crashPoint('before-attempt');
  await insertValues(context);
  await insertRows(context);
  crashPoint('after-attempt');
  const summary = summariseAttempt(await findOffsets(context), await readStored(context), counts);
  await insertSeals(context, summary);
  crashPoint('after-seals');
  return { ...summary, repaired };
}

async function insertRows(context: StepContext): Promise<void> {
  await context.clickhouse.command(readQuery('insert-attempt-rows', context.pieces), context.params, {
    settings: {
      // An import may touch any number of months.
      max_partitions_per_insert_block: '0',
      max_execution_time: context.longestInsertSeconds,
    },
  });
}

function findOffsets(context: StepContext): Promise<FoundOffsets[]> {
  return context.clickhouse.query<FoundOffsets>(readQuery('select-found-offsets', context.pieces), context.params);
}

function readStored(context: StepContext): Promise<StoredRows[]> {
  return context.clickhouse.query<StoredRows>(readQuery('select-stored-rows', context.pieces), context.params);
}

async function insertSeals(context: StepContext, { windows, partitions }: AttemptSummary): Promise<void> {
  const { clickhouse, databases, proposal, attemptId } = context;
  const tag = { step: proposal.step, attempt_id: attemptId };
  await clickhouse.insertRows(
    `${databases.target}.window_seals`,
    windows.map((row) => ({ ...tag, ...row })),
  );
  await clickhouse.insertRows(
    `${databases.target}.partition_seals`,
    partitions.map((row) => ({ ...tag, ...row })),
  );
}
