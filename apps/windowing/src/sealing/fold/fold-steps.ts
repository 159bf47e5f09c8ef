import type { ClickHouse } from '@millrace/platform-clickhouse';

import type { Winner } from '../attempt/step-context';
import { isWinner } from '../attempt/vector-conditions';
import { readQuery } from '../read-query';

export interface FoldNotes {
  /** Steps up to it have no losing rows left. */
  readonly folded_through: number;
  /** No insert of an attempt at steps up to it begins any more. */
  readonly closing_through: number;
  readonly closing_at: number;
  readonly now: number;
}

export const readFoldNotes = async (clickhouse: ClickHouse, database: string): Promise<FoldNotes> => {
  const notes = await clickhouse.queryOne<FoldNotes>(readQuery('select-fold-notes'), { target: database });
  return notes ?? { folded_through: 0, closing_through: 0, closing_at: 0, now: 0 };
};

export type FoldAction =
  | { readonly kind: 'none' }
  | { readonly kind: 'close'; readonly through: number }
  | { readonly kind: 'clean'; readonly through: number };

/**
 * What to do next. A losing attempt may still be inserting, from a process that was paused: so steps are closed first (the insert
 * statement itself refuses a closed step), and cleaned only once every insert that began before has ended or was ended by the
 * server, by the server's own clock. `longestInsertMs` has the server's limit and a margin.
 * `mirrored` is the last step that this replica has read from the log and mirrored: another replica may have closed more, whose
 * winners this one does not know and would delete.
 */
export function nextFoldAction(notes: FoldNotes, mirrored: number, longestInsertMs: number): FoldAction {
  if (notes.closing_through > notes.folded_through) {
    const isOver = notes.now > notes.closing_at + longestInsertMs;
    return isOver && mirrored >= notes.closing_through
      ? { kind: 'clean', through: notes.closing_through }
      : { kind: 'none' };
  }
  return mirrored > notes.folded_through ? { kind: 'close', through: mirrored } : { kind: 'none' };
}

export interface FoldResult {
  readonly action: FoldAction['kind'];
  readonly losingAttempts: number;
}

const DELETED_FROM = ['signal_rows', 'window_seals', 'partition_seals'] as const;

/** Cleans up losing attempts, one action a call. `winnersAbove` are the chain's steps above `notes.folded_through`. */
export async function foldSteps(input: {
  readonly clickhouse: ClickHouse;
  readonly database: string;
  readonly mirrored: number;
  readonly winnersAbove: (step: number) => readonly Winner[];
  readonly longestInsertMs: number;
  readonly crashPoint: (name: string) => void;
}): Promise<FoldResult> {
  const { clickhouse, database, crashPoint } = input;
  const notes = await readFoldNotes(clickhouse, database);
  const action = nextFoldAction(notes, input.mirrored, input.longestInsertMs);
  const note = async (kind: 'closing' | 'folded', through: number): Promise<void> => {
    await clickhouse.insertRows(`${database}.folded_steps`, [{ kind, through }], { columns: ['kind', 'through'] });
  };
  if (action.kind === 'none') return { action: 'none', losingAttempts: 0 };
  if (action.kind === 'close') {
    await note('closing', action.through);
    crashPoint('after-closing');
    return { action: 'close', losingAttempts: 0 };
  }
  const winner = isWinner(notes.folded_through, input.winnersAbove(notes.folded_through));
  const params = { target: database, sealed: database, closing_through: action.through, ...winner.params };
  const countLosers = () => clickhouse.query(readQuery('count-losing-rows', { is_winner: winner.sql }), params);
  const losers = await countLosers();
  if (losers.length > 0) {
    for (const table of DELETED_FROM) {
      await clickhouse.command(
        `delete from {target: Identifier}.${table} where step > {folded_through: UInt64} ` +
          `and step <= {closing_through: UInt64} and not ${winner.sql}`,
        params,
        { settings: { lightweight_deletes_sync: '2' } },
      );
    }
    crashPoint('after-clean-up');
    if ((await countLosers()).length > 0) return { action: 'clean', losingAttempts: losers.length };
  }
  await note('folded', action.through);
  return { action: 'clean', losingAttempts: losers.length };
}
