export interface PollOptions<T> {
  readonly isOver: (found: T) => boolean;
  /** 0: it is looked at once. */
  readonly waitMs: number;
  readonly everyMs?: number;
  /** Ends the wait early; what was found last is the answer. */
  readonly signal?: AbortSignal | undefined;
}

/** Looks until it is over or `waitMs` have passed; resolves to what was found last. */
export async function pollUntil<T>(look: () => Promise<T>, options: PollOptions<T>): Promise<T> {
  const { isOver, waitMs, everyMs = 1_000, signal } = options;
  const deadline = Date.now() + waitMs;
  for (;;) {
    const found = await look();
    const left = deadline - Date.now();
    if (isOver(found) || left <= 0 || signal?.aborted === true) return found;
    await new Promise((resolve) => setTimeout(resolve, Math.min(everyMs, left)));
  }
}
