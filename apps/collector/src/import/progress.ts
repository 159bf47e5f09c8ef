/** How far an import is. */
export interface Progress {
  readonly read: number;
  readonly rejected: number;
  /** 0 to 1, by the bytes read of the file as it lies there; null: nobody knows how many there will be. */
  readonly done: number | null;
}

/** Standard error, or what stands for it. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const TERMINAL_MS = 200;
const LOG_MS = 5_000;

/** One line that a terminal overwrites; a log gets one every few seconds. An import that is quick shows none. */
export class ProgressLine {
  #shownAt: number;
  #last: Progress | undefined;
  #isShown = false;

  constructor(
    private readonly output: ProgressOutput,
    private readonly startedAt: number,
  ) {
    this.#shownAt = startedAt;
  }

  /** `now`: epoch milliseconds. */
  show(progress: Progress, now: number): void {
    this.#last = progress;
    if (now >= this.#shownAt + (this.#isTerminal ? TERMINAL_MS : LOG_MS)) this.#write(progress, now);
  }

  /** Where it ended, however it ended. */
  end(now: number): void {
    if (!this.#isShown || this.#last === undefined) return;
    this.#write(this.#last, now);
    if (this.#isTerminal) this.output.write('\n');
  }

  get #isTerminal(): boolean {
    return this.output.isTTY === true;
  }

  #write(progress: Progress, now: number): void {
    this.#shownAt = now;
    this.#isShown = true;
    const text = progressText(progress, (now - this.startedAt) / 1_000);
    // A line that wraps is not overwritten. A terminal that does not know its width says 0.
    const fits = text.slice(0, (this.output.columns || 80) - 1);
    this.output.write(this.#isTerminal ? `\r\u001B[K${fits}` : `${text}\n`);
  }
}

/** Pure. `34%: 1,700,000 rows read, 3,400 rejected, 22,000 rows/s, 2 min 30 s left`. */
export function progressText({ read, rejected, done }: Progress, seconds: number): string {
  const speed = seconds > 0 ? Math.round(read / seconds) : 0;
  const rows = `${count(read)} rows read, ${count(rejected)} rejected, ${count(speed)} rows/s`;
  if (done === null) return `${rows}, ${duration(seconds)}`;
  const share = Math.min(1, done);
  const left = share > 0 ? `, ${duration((seconds / share) * (1 - share))} left` : '';
  return `${Math.floor(share * 100)}%: ${rows}${share < 1 ? left : `, ${duration(seconds)}`}`;
}

const count = (value: number): string => value.toLocaleString('en-US');

function duration(given: number): string {
  const seconds = Math.round(given);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
