/** Who holds a tick, by the log: the newest epoch's winner. Instants are epoch milliseconds. */
export interface TickState {
  readonly holder: {
    /** Undefined: this version cannot read the claim. It holds the tick for its lease all the same. */
    readonly replica: string | undefined;
    readonly epoch: number;
    readonly appendedAt: number;
  } | null;
  /** The epoch to claim next. */
  readonly nextEpoch: number;
  /** A run of its instant is published, or it was given up or skipped. */
  readonly isDone: boolean;
}

/** A tick of which the log says nothing. */
export const UNCLAIMED: TickState = Object.freeze({ holder: null, nextEpoch: 0, isDone: false });

/** Whether this replica may claim the tick now: nobody holds it, it holds it itself, or the holder's lease is over. */
export function mayClaim({ holder, isDone }: TickState, replica: string, now: number, leaseMs: number): boolean {
  if (isDone) return false;
  return holder === null || holder.replica === replica || now - holder.appendedAt > leaseMs;
}
