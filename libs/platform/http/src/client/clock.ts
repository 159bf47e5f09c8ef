export interface Clock {
  readonly signal: AbortSignal;
  /** Rejects when the time is up or the caller gives up. */
  readonly ends: Promise<never>;
  stop(): void;
}

/** The total timeout of a request and its caller's own signal, as one. */
export function startClock(timeoutMs: number, caller: AbortSignal | undefined): Clock {
  const controller = new AbortController();
  const { signal } = controller;
  const end = (code: string, message: string): void => controller.abort(Object.assign(new Error(message), { code }));
  const giveUp = (): void => end('GIVEN_UP', 'Given up before the answer');
  const timer = setTimeout(() => end('TIMEOUT', `No answer within ${timeoutMs} ms`), timeoutMs);
  const ends = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  ends.catch(() => undefined);
  if (caller?.aborted === true) giveUp();
  else caller?.addEventListener('abort', giveUp, { once: true });
  const stop = (): void => {
    clearTimeout(timer);
    caller?.removeEventListener('abort', giveUp);
  };
  return { signal, ends, stop };
}
