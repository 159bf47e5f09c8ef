import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeError } from '@millrace/platform-errors';
import { findJava, sharedClasses } from './java';

describe('findJava', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-java-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A JDK that only knows its version. */
  const jdk = (name: string, version: string): string => {
    const java = join(folder, name, 'bin/java');
    mkdirSync(join(folder, name, 'bin'), { recursive: true });
    writeFileSync(java, `#!/bin/sh\necho 'openjdk version "${version}" 2025-01-01' >&2\n`);
    chmodSync(java, 0o755);
    return java;
  };

  it('takes the newest of those found', async () => {
    const javas = [jdk('a', '17.0.15'), jdk('b', '25'), jdk('c', '21.0.1')];
    await expect(findJava({}, () => javas)).resolves.toEqual({ command: javas[1], major: 25 });
  });

  it('JAVA_HOME wins when it is new enough, and is passed over when it is not', async () => {
    const [old, fitting, newest] = [jdk('old', '1.8.0_402'), jdk('fitting', '21.0.1'), jdk('newest', '25')];
    const home = (name: string): NodeJS.ProcessEnv => ({ JAVA_HOME: join(folder, name) });
    await expect(findJava(home('fitting'), () => [newest])).resolves.toMatchObject({ command: fitting });
    await expect(findJava(home('old'), () => [old, newest])).resolves.toMatchObject({ command: newest });
    await expect(findJava(home('missing'), () => [newest])).resolves.toMatchObject({ command: newest });
  });

  it('says in one line what is missing and the way out', async () => {
    const old = jdk('old', '17.0.15');
    const line = async (javas: string[]): Promise<string> =>
      describeError(await findJava({}, () => javas).catch((e: unknown) => e));
    expect(await line([])).toBe(
      'STACK_UNAVAILABLE: Java 21 or newer is needed, none was found. Install a JDK (Debian: apt-get install openjdk-21-jdk or temurin-25-jdk, macOS: brew install openjdk) or set JAVA_HOME.',
    );
    expect(await line([old])).toContain(`Java 21 or newer is needed, the newest found is Java 17 (${old}). Install`);
  });
});

describe('sharedClasses', () => {
  it('are kept for each program and Java by themselves', () => {
    const cache = mkdtempSync(join(tmpdir(), 'millrace-classes-'));
    const files = [
      sharedClasses(cache, 'kafka-1', { command: 'java', major: 21 }),
      sharedClasses(cache, 'kafka-1', { command: 'java', major: 25 }),
    ];
    expect(files.map((options) => options.at(-1))).toEqual([
      `-XX:SharedArchiveFile=${join(cache, 'classes', 'kafka-1-java-21.jsa')}`,
      `-XX:SharedArchiveFile=${join(cache, 'classes', 'kafka-1-java-25.jsa')}`,
    ]);
    rmSync(cache, { recursive: true });
  });
});
