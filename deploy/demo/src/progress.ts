import { SingleBar } from 'cli-progress';

export interface Progress {
  /** One finished or starting thing, with the time since the start. */
  say(text: string): void;
  /** Counts `total` things: a bar on a terminal, a line at the end otherwise. */
  count(what: string, total: number): { add(count: number): void; done(): void };
}

/** Progress on standard error, so that standard output holds the result alone. JSON lines when `isJson`. */
export function createProgress(options: { isJson: boolean; stream?: NodeJS.WriteStream }): Progress {
  const { isJson, stream = process.stderr } = options;
  const started = performance.now();
  const elapsed = (): number => (performance.now() - started) / 1000;
  const say = (text: string): void => {
    const seconds = elapsed();
    stream.write(
      isJson
        ? `${JSON.stringify({ elapsed_seconds: Number(seconds.toFixed(1)), message: text })}\n`
        : `[${seconds.toFixed(1).padStart(6)} s] ${text}\n`,
    );
  };
  return {
    say,
    count(what, total) {
      const since = elapsed();
      const bar =
        stream.isTTY && !isJson
          ? new SingleBar({
              stream,
              format: `           ${what} [{bar}] {value}/{total}`,
              clearOnComplete: true,
              hideCursor: true,
            })
          : null;
      let value = 0;
      bar?.start(total, 0);
      return {
        add(count) {
          value += count;
          bar?.update(value);
        },
        done() {
          bar?.stop();
          say(`${value.toLocaleString('en-US')} ${what} in ${(elapsed() - since).toFixed(1)} s`);
        },
      };
    },
  };
}
