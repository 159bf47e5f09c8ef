import { RetryableError } from '@millrace/platform-errors';

import { readQuery } from '../read-query';
import type { StepContext } from './step-context';
import { belowVector } from './vector-conditions';

interface AbsentRow {
  readonly topic: string;
  readonly topic_epoch: number;
  readonly partition: number;
  readonly expected: number;
  readonly present: number;
}

/**
 * Proves that the records which earlier steps left waiting in open windows are here, before a step closes those windows. They were
 * proven complete where they were counted, which on a cluster may have been another replica than this one. Throws a RetryableError
 * when some are missing: replication brings them.
 */
export async function proveWaiting({ clickhouse, previous, proposal, params, pieces }: StepContext): Promise<void> {
  if (previous.step === 0 || proposal.rebuild !== undefined) return;
  const below = belowVector(previous.vector);
  const [absent] = await clickhouse.query<AbsentRow>(
    readQuery('select-absent-waiting', { ...pieces, below_vector: below.sql }),
    { ...params, ...below.params },
  );
  if (absent === undefined) return;
  throw new RetryableError('Landed records that wait in open windows are not on this server', {
    code: 'CONSERVATION_BROKEN',
    advice: 'A lagging replica catches up by itself; else look at npx millrace conservation',
    details: { ...absent },
  });
}
