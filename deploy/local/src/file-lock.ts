import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { DataType, load, open } from 'ffi-rs';

/** Who has a lock, as it wrote itself. */
export interface LockHolder {
  readonly pid: number;
  readonly since: string;
  readonly command: string;
}

export interface FileLock {
  /** For children that must keep the lock until they have ended, whatever becomes of this process. */
  readonly descriptor: number;
  /** Safe to repeat. */
  release: () => void;
}

const LIBC = 'libc';
const EXCLUSIVE_WITHOUT_WAITING = 2 | 4;
let isOpened = false;

/** The kernel's own lock: it goes with the last descriptor, however its holders end, so that none is ever stale. */
const flock = (descriptor: number): boolean => {
  // An empty path means what this process has loaded already.
  if (!isOpened) open({ library: LIBC, path: '' });
  isOpened = true;
  const result = load({
    library: LIBC,
    funcName: 'flock',
    retType: DataType.I32,
    paramsType: [DataType.I32, DataType.I32],
    paramsValue: [descriptor, EXCLUSIVE_WITHOUT_WAITING],
  });
  return result === 0;
};

/** Takes the lock and writes who has it, or gives undefined when somebody else has it. Of any number at once exactly one gets it. */
export const takeLock = (file: string, holder: LockHolder): FileLock | undefined => {
  mkdirSync(dirname(file), { recursive: true });
  // Never removed: a lock on a file that somebody else removes is a lock on nothing.
  const descriptor = openSync(file, 'a+', 0o600);
  if (!flock(descriptor)) {
    closeSync(descriptor);
    return undefined;
  }
  ftruncateSync(descriptor);
  writeSync(descriptor, `${JSON.stringify(holder)}\n`);
  let isHeld = true;
  const release = (): void => {
    if (isHeld) closeSync(descriptor);
    isHeld = false;
  };
  return { descriptor, release };
};

/** Who wrote itself last; undefined when nobody did, or is doing so now. */
export const holderOf = (file: string): LockHolder | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as LockHolder;
  } catch {
    return undefined;
  }
};
