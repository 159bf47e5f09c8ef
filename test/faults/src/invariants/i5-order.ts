import { isAtOrAbove } from '@millrace/contract-window';
import { loadSql } from '@millrace/platform-clickhouse';

import type { Checker } from './violation';

interface Mirrored {
  readonly step: number;
  readonly attempt_id: string;
  readonly digest: string;
}

/** I5: T and V never shrink, steps are dense, by the chain's topic; and the mirror says the same as the topic. */
export const checkOrder: Checker = async ({ step: newest, chain, clickhouse }) => {
  const found = [...chain.problems];
  chain.winners.forEach(({ step }, index) => {
    if (step.step !== index + 1) found.push(`the ${index + 1}. step in the log has number ${step.step}`);
    const previous = chain.winners[index - 1]?.step;
    if (previous === undefined) return;
    if (step.closed_through < previous.closed_through) found.push(`T goes back at step ${step.step}`);
    if (!isAtOrAbove(step.vector, previous.vector)) found.push(`V goes back at step ${step.step}`);
  });
  const mirrored = await clickhouse.query<Mirrored>(loadSql(__dirname, 'sql/mirrored-steps.sql'), { step: newest });
  const inLog = new Map(chain.winners.map(({ step }) => [step.step, step]));
  for (const row of mirrored) {
    const step = inLog.get(row.step);
    inLog.delete(row.step);
    if (step?.attempt_id === row.attempt_id && step.digest === row.digest) continue;
    found.push(
      `step ${row.step} is mirrored as attempt ${row.attempt_id}, in the log it is ${step?.attempt_id ?? 'not there'}`,
    );
  }
  for (const number of inLog.keys()) found.push(`step ${number} is not mirrored`);
  return found;
};
