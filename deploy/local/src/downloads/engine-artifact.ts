import { existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ConfigError } from '@millrace/platform-errors';
import type { Artifact } from './artifact';

/** ClickHouse 26.7. The entry that src/clickhouse/main.ts calls is unofficial: its specs try a new version. */
export const ENGINE_VERSION = '26.7.3-stable.1';

interface Platform {
  os: NodeJS.Platform;
  arch: string;
  /** Linux only. */
  libc?: 'gnu' | 'other';
}

const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64-gnu': '@chdb/lib-linux-x64-gnu',
  'linux-arm64-gnu': '@chdb/lib-linux-arm64-gnu',
  'darwin-x64': '@chdb/lib-darwin-x64',
  'darwin-arm64': '@chdb/lib-darwin-arm64',
};

/** The platform this process runs on. */
export const thisPlatform = (): Platform => {
  const { platform: os, arch } = process;
  if (os !== 'linux') return { os, arch };
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return { os, arch, libc: header.glibcVersionRuntime === undefined ? 'other' : 'gnu' };
};

/** The npm package that holds ClickHouse's engine for a platform; refuses a platform that its makers publish none for. */
export const enginePackageOf = ({ os, arch, libc }: Platform): string => {
  const name = PACKAGES[[os, arch, ...(os === 'linux' ? [libc] : [])].join('-')];
  if (name !== undefined) return name;
  throw new ConfigError(
    `ClickHouse's engine is not published for ${os} ${arch}${libc === 'other' ? ' without glibc' : ''}`,
    {
      code: 'STACK_UNAVAILABLE',
      advice: 'Start the parts with docker compose up -d, or point CLICKHOUSE_URL at a ClickHouse server',
    },
  );
};

/** The engine's library as seen from `folder`, which may be anywhere below a node_modules that holds the package. */
export const findEngine = (packageName: string, folder: string): string | undefined => {
  try {
    const home = dirname(createRequire(join(folder, 'any.js')).resolve(`${packageName}/package.json`));
    return ['libchdb.so', 'libchdb.dylib'].map((name) => join(home, name)).find((file) => existsSync(file));
  } catch {
    return undefined;
  }
};

/** The same, where it must be. */
export const requireEngine = (packageName: string, folder: string): string => {
  const library = findEngine(packageName, folder);
  if (library !== undefined) return library;
  throw new ConfigError(`${packageName} has no libchdb in ${folder}`, {
    code: 'STACK_UNAVAILABLE',
    advice: 'Remove that folder and start again',
  });
};

/** The exact engine of a platform that the lockfile does not hold, fetched beside it. */
export const engineArtifact = (packageName: string): Artifact => ({
  name: `clickhouse-engine-${ENGINE_VERSION}-${packageName.replace('@chdb/lib-', '')}`,
  title: `ClickHouse engine ${ENGINE_VERSION}`,
  downloadMegabytes: 180,
  diskMegabytes: 570,
  requiredFiles: [`node_modules/${packageName}/package.json`],
  leastFiles: 2,
  leastBytes: 100e6,
  fetch: async (target, { npm }) => {
    writeFileSync(join(target, 'package.json'), '{ "private": true }');
    await npm(['install', '--no-save', `${packageName}@${ENGINE_VERSION}`], target);
  },
});
