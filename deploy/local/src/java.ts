import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { ConfigError } from '@millrace/platform-errors';

const run = promisify(execFile);

export interface Java {
  /** The `java` executable. */
  command: string;
  major: number;
}

/** Apicurio 3.3 needs 21, Kafka 4.3 needs 17. */
const REQUIRED_JAVA = 21;

/**
 * Options that keep a program's loaded classes in the cache: the first run writes them at its end, later ones start in about
 * half the time. A Java that does not know them ignores them.
 */
export const sharedClasses = (cache: string, program: string, { major }: Java): string[] => {
  const folder = join(cache, 'classes');
  mkdirSync(folder, { recursive: true });
  return [
    '-XX:+IgnoreUnrecognizedVMOptions',
    '-XX:+AutoCreateSharedArchive',
    `-XX:SharedArchiveFile=${join(folder, `${program}-java-${major}.jsa`)}`,
  ];
};

/** Where package managers, SDKMAN, asdf, mise and macOS put JDKs; each folder holds one folder per JDK. */
const jdkFolders = (): string[] => [
  '/usr/lib/jvm',
  '/usr/java',
  '/opt/java',
  '/opt/homebrew/opt',
  '/usr/local/opt',
  '/Library/Java/JavaVirtualMachines',
  join(homedir(), 'Library/Java/JavaVirtualMachines'),
  join(homedir(), '.sdkman/candidates/java'),
  join(homedir(), '.asdf/installs/java'),
  join(homedir(), '.local/share/mise/installs/java'),
  join(homedir(), '.jdks'),
];

const childFolders = (folder: string): string[] => {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
};

const onPath = (env: NodeJS.ProcessEnv): string[] =>
  (env.PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, 'java'));

const candidates = (env: NodeJS.ProcessEnv): string[] => {
  const homes = jdkFolders().flatMap(childFolders);
  const found = [
    ...onPath(env),
    ...homes.flatMap((home) => [join(home, 'bin/java'), join(home, 'Contents/Home/bin/java')]),
  ];
  return [...new Set(found)].filter((command) => existsSync(command));
};

/** The major version from `java -version`: 1.8 is 8; undefined when it does not answer like a Java. */
const majorOf = async (command: string): Promise<number | undefined> => {
  try {
    const { stderr, stdout } = await run(command, ['-version'], { timeout: 10_000 });
    const match = /version "(?:1\.)?(\d+)/.exec(stderr + stdout);
    return match ? Number(match[1]) : undefined;
  } catch {
    return undefined;
  }
};

/** JAVA_HOME when it is new enough, else the newest JDK in the usual places; refuses with what was found and the way out. */
export const findJava = async (
  env: NodeJS.ProcessEnv,
  search: () => string[] = () => candidates(env),
): Promise<Java> => {
  const fromHome = env.JAVA_HOME ? join(env.JAVA_HOME, 'bin/java') : undefined;
  const homeMajor = fromHome ? await majorOf(fromHome) : undefined;
  if (fromHome && homeMajor !== undefined && homeMajor >= REQUIRED_JAVA) return { command: fromHome, major: homeMajor };

  const javas: Java[] = [];
  for (const command of search()) {
    const major = await majorOf(command);
    if (major !== undefined) javas.push({ command, major });
  }
  const newest = javas.toSorted((a, b) => b.major - a.major)[0];
  if (newest && newest.major >= REQUIRED_JAVA) return newest;
  throw new ConfigError(
    newest
      ? `Java ${REQUIRED_JAVA} or newer is needed, the newest found is Java ${newest.major} (${newest.command})`
      : `Java ${REQUIRED_JAVA} or newer is needed, none was found`,
    {
      code: 'STACK_UNAVAILABLE',
      advice:
        'Install a JDK (Debian: apt-get install openjdk-21-jdk or temurin-25-jdk, macOS: brew install openjdk) or set JAVA_HOME',
    },
  );
};
