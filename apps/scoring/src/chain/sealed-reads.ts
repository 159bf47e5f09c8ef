import { bindSteps, MOST_WINNERS, stepKey, type SealedParams, type SealStep } from '@millrace/contract-window';
import { loadSql, type ClickHouse } from '@millrace/platform-clickhouse';
import { MillraceError, RetryableError } from '@millrace/platform-errors';
import { valueOf, type DecisionLog } from '@millrace/platform-kafka';

import { assertReplicaCurrent } from './assert-replica-current';

/** Reads of sealed rows as of a step of the chain. The log says who won; ClickHouse has the rows. */
export interface SealedReads {
  /**
   * What `sealed_rows` and `sealed_windows` are bound by. Throws SERVICE_NOT_READY, retryable, when the replica lags or too many
   * winners would be bound, and DECISION_LOG_BROKEN when the chain in ClickHouse is not the one of the log.
   */
  asOf(head: SealStep): Promise<SealedParams>;
}

interface Bounds {
  readonly folded_through: number;
  readonly dropped_through: number;
}

export interface SealedReadsDeps {
  readonly clickhouse: ClickHouse;
  readonly chain: Pick<DecisionLog<SealStep>, 'entries' | 'winner'>;
  /** Newest step as of which something was built; 0 before the first. Steps up to it were counted then. */
  readonly builtThrough: () => Promise<number>;
}

export function createSealedReads({ clickhouse, chain, builtThrough }: SealedReadsDeps): SealedReads {
  /** Steps up to `step` were seen whole, those up to `folded` without losing attempts. */
  let seen: { readonly step: number; readonly folded: number } | undefined;

  const steps = function* (): Generator<SealStep> {
    for (const { value } of chain.entries()) yield value;
  };

  const assertSameChain = async (head: SealStep): Promise<void> => {
    const mirrored = await clickhouse.queryOne<{ step: number; attempt_id: string }>(
      loadSql(__dirname, 'sql/newest-mirrored.sql'),
      { head: head.step },
    );
    if (mirrored === undefined) return;
    const winner = chain.winner(stepKey(mirrored.step));
    const inLog = winner === undefined ? undefined : valueOf(winner).attempt_id;
    if (inLog === mirrored.attempt_id) return;
    throw new MillraceError(`Step ${mirrored.step} has another winner in ClickHouse than in the log`, {
      code: 'DECISION_LOG_BROKEN',
      actor: 'operator',
      advice: 'The topic windows.sealed.v1 was re-created, or the database belongs to another installation',
      details: { step: mirrored.step, mirrored: mirrored.attempt_id, inLog: inLog ?? 'nothing' },
    });
  };

  /** A process that starts does not look at all of history again. */
  const seenBefore = async (folded: number): Promise<NonNullable<typeof seen>> => {
    const step = Math.min(await builtThrough(), folded);
    return { step, folded: step };
  };

  const assertCurrent = async (head: SealStep, folded: number, bounds: Bounds): Promise<void> => {
    const before = seen ?? (await seenBefore(folded));
    // Steps that were read by their winners are read without them now: their losing rows must be gone here too.
    const afterStep = folded > before.folded ? Math.min(before.step, before.folded) : before.step;
    if (afterStep < head.step) {
      await assertReplicaCurrent(clickhouse, steps(), {
        afterStep,
        throughStep: head.step,
        foldedThrough: folded,
        droppedThrough: bounds.dropped_through,
      });
    }
    seen = { step: Math.max(before.step, head.step), folded: Math.max(before.folded, folded) };
  };

  return {
    async asOf(head) {
      await assertSameChain(head);
      const bounds = await clickhouse.queryOne<Bounds>(loadSql(__dirname, 'sql/folded-through.sql'));
      if (bounds === undefined) throw new RangeError('folded_through has no row');
      const bound = bindSteps(steps(), head.step, bounds.folded_through);
      if (bound.winners.length > MOST_WINNERS) {
        throw new RetryableError(`${bound.winners.length} steps wait for their losing attempts to be cleaned up`, {
          code: 'SERVICE_NOT_READY',
          advice: `It is waited for until they are at most ${MOST_WINNERS}; windowing cleans up, check that it runs and is ready`,
          details: { winners: bound.winners.length, foldedThrough: bound.folded_through },
        });
      }
      await assertCurrent(head, bound.folded_through, bounds);
      return bound;
    },
  };
}
