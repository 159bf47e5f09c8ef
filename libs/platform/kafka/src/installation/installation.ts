import { ConfigError } from '@millrace/platform-errors';

/** Variables that every process of an installation must have alike, such as TIME_ZONE. */
export type SharedVariables = Readonly<Record<string, string | number>>;

/** One revision of what an installation is: a decision in `installation.v1`. */
export interface Installation {
  /** 1 is what the first deploy recorded; each change on purpose is the next. */
  readonly revision: number;
  readonly variables: SharedVariables;
  readonly note: string;
  readonly decided_by: string;
  /** Epoch milliseconds. */
  readonly decided_at: number;
}

/** The key of a revision; the first record for a key wins. */
export const installationKey = (revision: number): string => String(revision);

/** The revision that a record of this key says; undefined for a key that is no revision's. Throws for content that is not one. */
export const readRevision = (content: unknown, key: string): Installation | undefined =>
  /^[1-9]\d*$/.test(key) ? parseInstallation(content) : undefined;

/** Throws for what is not a revision. */
export function parseInstallation(content: unknown): Installation {
  const read = content as Installation;
  const isOne = Number.isSafeInteger(read.revision) && read.revision > 0 && typeof read.variables === 'object';
  if (isOne && read.variables !== null) return read;
  throw new TypeError('not a revision of an installation');
}

/** The newest of the revisions that follow each other from 1; undefined when nothing is recorded. */
export function currentInstallation(revisions: Iterable<Installation>): Installation | undefined {
  const byNumber = new Map([...revisions].map((value) => [value.revision, value]));
  let current: Installation | undefined;
  for (let next = 1; byNumber.has(next); next++) current = byNumber.get(next);
  return current;
}

/** Each variable whose value here is not the recorded one, with both; a variable that was never recorded agrees. */
export const differencesFrom = (recorded: Installation, here: SharedVariables): string[] =>
  Object.entries(here)
    .filter(([name, value]) => recorded.variables[name] !== undefined && recorded.variables[name] !== value)
    .map(([name, value]) => `${name} is ${value} here and ${recorded.variables[name]} in this installation`);

/** Refuses a process that differs from what is recorded; with nothing recorded there is nothing to differ from. */
export function assertInstallation(recorded: Installation | undefined, here: SharedVariables): void {
  if (recorded === undefined) return;
  const differences = differencesFrom(recorded, here);
  if (differences.length === 0) return;
  const values = Object.keys(here).map((name) => `${name}=${recorded.variables[name] ?? here[name]}`);
  throw new ConfigError(differences.join('; '), {
    advice: `Set ${values.join(' ')}, or change it for every service on purpose: npx millrace installation change --help`,
    details: { revision: recorded.revision },
  });
}
