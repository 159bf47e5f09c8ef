import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileLock } from './file-lock';
import { isAlive } from './is-alive';
import { lockData } from './lock-data';

const PREFIX = 'millrace-stack-';
/** Holds the pid of the process that will remove the directory. */
const OWNER = 'owner.pid';

/** Marks the logs of a stack that failed, for somebody to read. */
const KEPT = 'kept';
const KEPT_MS = 7 * 86_400_000;

export const LOGS = 'logs';

export interface DataDirectory {
  path: string;
  /** Removed at the end. */
  isTemporary: boolean;
  /** Held until the last part has ended. */
  lock: FileLock;
  /** Removes it when it is temporary, its logs aside when they are wanted; else does nothing. */
  release: (keep?: { logs: boolean }) => void;
}

const remove = (path: string): void => rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });

/** A stack that was killed could not remove its directory: the next one does. Logs of one that failed stay for a week. */
const removeAbandoned = (folder: string): void => {
  for (const name of readdirSync(folder).filter((entry) => entry.startsWith(PREFIX))) {
    const [owner, kept] = [join(folder, name, OWNER), join(folder, name, KEPT)];
    const isAbandoned = existsSync(owner) && !isAlive(Number(readFileSync(owner, 'utf8')));
    const isOld = existsSync(kept) && Date.now() - statSync(kept).mtimeMs > KEPT_MS;
    if (isAbandoned || isOld) remove(join(folder, name));
  }
};

const removeAllBut = (path: string, names: readonly string[]): void => {
  for (const name of readdirSync(path)) if (!names.includes(name)) remove(join(path, name));
};

export interface DataDirectoryOptions {
  /** Stays; default: a new temporary one. */
  given?: string | undefined;
  /** Keeps the temporary one too. */
  keepData?: boolean | undefined;
  onProgress: (line: string) => void;
  abort?: AbortSignal | undefined;
}

/** The data directory, locked before anything in it is touched. */
export const openDataDirectory = async (options: DataDirectoryOptions): Promise<DataDirectory> => {
  const { given, keepData = false } = options;
  if (given === undefined) removeAbandoned(tmpdir());
  const path = given ?? mkdtempSync(join(tmpdir(), PREFIX));
  const isTemporary = given === undefined && !keepData;
  if (isTemporary) writeFileSync(join(path, OWNER), String(process.pid));
  mkdirSync(path, { recursive: true });
  const lock = await lockData(path, options);
  const release = ({ logs } = { logs: false }): void => {
    lock.release();
    if (!isTemporary) return;
    if (logs) {
      writeFileSync(join(path, KEPT), '');
      removeAllBut(path, [LOGS, KEPT]);
    } else remove(path);
  };
  return { path, isTemporary, lock, release };
};
