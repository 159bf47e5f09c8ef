/** Callers waiting until a reader has passed an offset. */
export class PositionWaiters {
  readonly #waiting = new Set<Waiter>();

  /** Resolves true when `reached(offset)` comes, false at `deadline` (epoch milliseconds). */
  wait(offset: bigint, deadline: number): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        offset,
        resolve: (isReached) => {
          clearTimeout(timer);
          this.#waiting.delete(waiter);
          resolve(isReached);
        },
        reject: (error) => {
          clearTimeout(timer);
          this.#waiting.delete(waiter);
          reject(error);
        },
      };
      const timer = setTimeout(() => waiter.resolve(false), Math.max(0, deadline - Date.now()));
      this.#waiting.add(waiter);
    });
  }

  /** The reader's position is now `position`: everything below it has been read. */
  reached(position: bigint): void {
    for (const waiter of this.#waiting) if (waiter.offset < position) waiter.resolve(true);
  }

  fail(error: Error): void {
    for (const waiter of this.#waiting) waiter.reject(error);
  }
}

interface Waiter {
  readonly offset: bigint;
  resolve(isReached: boolean): void;
  reject(error: Error): void;
}
