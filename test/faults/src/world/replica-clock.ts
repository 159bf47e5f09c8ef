import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The wall clock of one replica, which a test can set. */
export interface ReplicaClock {
  /** For `world.start`. */
  readonly settings: Readonly<Record<string, string>>;
  /** Off by so much from now on; 0: right again. */
  jumpTo(offsetMs: number): void;
  remove(): void;
}

export function createReplicaClock(): ReplicaClock {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-clock-'));
  const file = join(folder, 'offset');
  const jumpTo = (offsetMs: number): void => {
    // Never half a number, whenever the replica looks.
    writeFileSync(`${file}.next`, String(offsetMs));
    renameSync(`${file}.next`, file);
  };
  jumpTo(0);
  return {
    settings: { CLOCK_FILE: file, NODE_OPTIONS: `--require ${join(__dirname, 'preload/shifted-clock.cjs')}` },
    jumpTo,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
