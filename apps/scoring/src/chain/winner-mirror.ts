import type { SealStep } from '@millrace/contract-window';
import { MillraceError } from '@millrace/platform-errors';
import type { ClickHouse } from '@millrace/platform-clickhouse';
import { valueOf, type DecisionLog } from '@millrace/platform-kafka';

/** Puts the winners that this process read from the log where SQL can bind them. The log stays the truth. */
export interface WinnerMirror {
  /** Every step of the chain up to now is in `seal_winners`; returns the newest. */
  mirror(): Promise<SealStep | undefined>;
}

export function createWinnerMirror(clickhouse: ClickHouse, chain: DecisionLog<SealStep>): WinnerMirror {
  let mirrored: number | undefined;

  const load = async (): Promise<number> => {
    const newest = await clickhouse.queryOne<{ step: number; attempt_id: string }>(
      'select step, attempt_id from seal_winners order by step desc limit 1',
    );
    if (newest === undefined) return 0;
    const winner = chain.winner(String(newest.step));
    const inLog = winner === undefined ? undefined : valueOf(winner).attempt_id;
    if (inLog === newest.attempt_id) return newest.step;
    throw new MillraceError(`Step ${newest.step} has another winner in ClickHouse than in the log`, {
      code: 'DECISION_LOG_BROKEN',
      actor: 'operator',
      advice: 'The topic windows.sealed.v1 was re-created, or the database belongs to another installation',
      details: { step: newest.step, mirrored: newest.attempt_id, inLog: inLog ?? 'nothing' },
    });
  };

  return {
    async mirror() {
      mirrored ??= await load();
      const known = mirrored;
      const rows = chain
        .entries()
        .filter(({ value }) => value.step > known)
        .map(({ value, offset }) => ({
          step: value.step,
          attempt_id: value.attempt_id,
          closed_through: new Date(value.closed_through).toISOString(),
          log_offset: String(offset),
          rebuild_from: value.rebuild === undefined ? null : new Date(value.rebuild.from).toISOString(),
          rebuild_to: value.rebuild === undefined ? null : new Date(value.rebuild.to).toISOString(),
        }));
      await clickhouse.insertRows('seal_winners', rows);
      const head = chain.head()?.value;
      mirrored = Math.max(known, ...rows.map((row) => row.step));
      return head;
    },
  };
}
