import { editKey, readIdentityEdit, type IdentityEdit } from '@millrace/contract-score';
import { RetryableError } from '@millrace/platform-errors';
import { createDecisionLog, valueOf, type Entry, type KafkaClient, type KafkaLog } from '@millrace/platform-kafka';

/** What was decided of who is who up to an instant. */
export interface EditsThen {
  /** The first offset that is not read; 0: nothing was decided by then. It stays the same when later decisions come. */
  readonly offset: number;
  /** In log order. */
  readonly edits: readonly IdentityEdit[];
}

/** The decision log of who is who. It begins to read when it is first asked. */
export interface EditsLog {
  /** Reads to the log end at the time of the call. Rejects when the topic cannot hold decisions. */
  refresh(): Promise<void>;
  /** After a `refresh`: decisions that the broker appended up to the instant (epoch ms). */
  through(instant: number): EditsThen;
  /** After a `refresh`: every decision, in log order. */
  entries(): readonly Entry<IdentityEdit>[];
  /** Appends a decision. Throws DECISION_LOST when somebody decided about the same identities meanwhile. */
  append(edit: IdentityEdit): Promise<Entry<IdentityEdit>>;
  assertReadable(): void;
  stop(): Promise<void>;
}

export function createEditsLog(deps: {
  readonly kafka: KafkaClient;
  readonly log: KafkaLog;
  readonly topic: string;
}): EditsLog {
  const decisions = createDecisionLog<IdentityEdit>({ ...deps, read: readIdentityEdit });
  let starting: Promise<void> | undefined;
  const start = (): Promise<void> =>
    (starting ??= decisions.start().catch((error: unknown) => {
      starting = undefined;
      throw error;
    }));

  return {
    async refresh() {
      await start();
      await decisions.refresh();
    },
    through(instant) {
      const entries = decisions.entries();
      const last = entries.findLastIndex(({ appendedAt }) => appendedAt <= instant);
      const read = entries.slice(0, last + 1);
      return { offset: Number((read.at(-1)?.offset ?? -1n) + 1n), edits: read.map(({ value }) => value) };
    },
    entries: () => decisions.entries(),
    async append(edit) {
      await start();
      let number = 0;
      while (decisions.winner(editKey(edit, number)) !== undefined) number += 1;
      const { won, winner } = await decisions.propose(editKey(edit, number), edit);
      if (won) return { ...winner, value: valueOf(winner) };
      throw new RetryableError('Somebody decided about the same identities at the same moment', {
        code: 'DECISION_LOST',
        advice: 'Look at what stands: npx millrace people edits',
        details: { key: winner.key, offset: String(winner.offset) },
      });
    },
    assertReadable: () => decisions.assertReadable(),
    stop: () => decisions.stop(),
  };
}
