import { ContractError } from '@millrace/platform-errors';

/** A record that won its key. Whether it has is decided by the key alone. */
export interface Winner {
  readonly key: string;
  readonly offset: bigint;
  /** Milliseconds by the broker's clock (the topic has LogAppendTime). */
  readonly appendedAt: number;
  /** Names the call that proposed it; a producer's retry carries the same. Absent on records of other writers. */
  readonly proposalId?: string;
}

/** A winner that this version reads. */
export interface Entry<T> extends Winner {
  readonly value: T;
}

/** A winner that this version does not read. Nobody else wins its key. */
export interface UnreadEntry extends Winner {
  readonly value: undefined;
  /** Why the content cannot be read; undefined: its kind is of another version, and is ignored. */
  readonly problem: ContractError | undefined;
}

export type AnyEntry<T> = Entry<T> | UnreadEntry;

/** What the winner says. Throws a ContractError when this version does not read it. */
export function valueOf<T>(entry: AnyEntry<T>): T {
  if (isRead(entry)) return entry.value;
  throw (
    entry.problem ??
    new ContractError(`This version does not know what ${entry.key} at offset ${entry.offset} is`, {
      actor: 'operator',
      details: { key: entry.key, offset: String(entry.offset) },
      advice: 'Deploy the version that wrote it',
    })
  );
}

export const isRead = <T>(entry: AnyEntry<T>): entry is Entry<T> => entry.value !== undefined;
