import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'millrace-stack-';
/** Holds the pid of the process that will remove the directory. */
const OWNER = 'owner.pid';

export const LOGS = 'logs';

export interface DataDirectory {
  path: string;
  /** Removes it when it is temporary, its logs aside when they are wanted; else does nothing. */
  release: (keep?: { logs: boolean }) => void;
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const remove = (path: string): void => rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });

/** A stack that was killed could not remove its directory: the next one does. */
const removeAbandoned = (folder: string): void => {
  for (const name of readdirSync(folder).filter((entry) => entry.startsWith(PREFIX))) {
    const owner = join(folder, name, OWNER);
    if (existsSync(owner) && !isAlive(Number(readFileSync(owner, 'utf8')))) remove(join(folder, name));
  }
};

/** The given directory, which stays, or a new temporary one. */
export const openDataDirectory = (given: string | undefined, keepData: boolean): DataDirectory => {
  if (given !== undefined) {
    mkdirSync(given, { recursive: true });
    return { path: given, release: () => undefined };
  }
  removeAbandoned(tmpdir());
  const path = mkdtempSync(join(tmpdir(), PREFIX));
  if (keepData) return { path, release: () => undefined };
  writeFileSync(join(path, OWNER), String(process.pid));
  const release = ({ logs } = { logs: false }): void => {
    const names = logs ? readdirSync(path).filter((name) => name !== LOGS && name !== OWNER) : [''];
    for (const name of names) remove(join(path, name));
  };
  return { path, release };
};
