import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';
import { ConfigError, MillraceError } from '@millrace/platform-errors';
import type { Artifact, Clients } from './artifact';

/** Written last: a folder without it is not used. Holds every file's size, checked at each start. */
const MARKER = '.millrace-complete.json';
const MEGABYTE = 1e6;

export const cacheDirectory = (env: NodeJS.ProcessEnv): string =>
  join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'millrace');

type FileSizes = Record<string, number>;

const sizesIn = (folder: string): FileSizes => {
  const files = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).filter((path) => !path.endsWith(MARKER));
  return Object.fromEntries(paths.map((path) => [relative(folder, path), statSync(path).size]));
};

/** True when every file the download left is still there with its size. */
const isComplete = (folder: string): boolean => {
  try {
    const recorded = JSON.parse(readFileSync(join(folder, MARKER), 'utf8')) as FileSizes;
    return Object.entries(recorded).every(([path, size]) => statSync(join(folder, path)).size === size);
  } catch {
    return false;
  }
};

const verify = (artifact: Artifact, sizes: FileSizes): void => {
  const bytes = Object.values(sizes).reduce((sum, size) => sum + size, 0);
  const missing = artifact.requiredFiles.filter((path) => !sizes[path]);
  if (missing.length === 0 && Object.keys(sizes).length >= artifact.leastFiles && bytes >= artifact.leastBytes) return;
  throw new MillraceError(
    `The download of ${artifact.title} is incomplete (${Object.keys(sizes).length} files, ${Math.round(bytes / MEGABYTE)} MB${missing.length > 0 ? `, without ${missing.join(', ')}` : ''})`,
    {
      code: 'STACK_UNAVAILABLE',
      actor: 'operator',
      advice: 'Start again; if it stays so, remove it from the cache of the package client (~/.m2/repository, ~/.npm)',
    },
  );
};

const requireDisk = (folder: string, megabytes: number): void => {
  const { bavail, bsize } = statfsSync(folder);
  const free = Math.floor((bavail * bsize) / MEGABYTE);
  if (free >= megabytes) return;
  throw new ConfigError(`${megabytes} MB of disk are needed in ${folder}, ${free} MB are free`, {
    code: 'STACK_UNAVAILABLE',
    advice: 'Free some space, or point XDG_CACHE_HOME at a larger disk',
  });
};

/** Fetches into a folder of its own and renames it at the end: two starts at once, or a broken one, leave no half cache. */
const download = async (artifact: Artifact, cache: string, clients: Clients): Promise<void> => {
  const folder = join(cache, artifact.name);
  const partial = mkdtempSync(join(cache, `${artifact.name}.partial-`));
  try {
    await artifact.fetch(partial, clients);
    const sizes = sizesIn(partial);
    verify(artifact, sizes);
    writeFileSync(join(partial, MARKER), JSON.stringify(sizes));
    if (isComplete(folder)) return;
    rmSync(folder, { recursive: true, force: true });
    renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
};

/** The artifacts' folders, in order; fetches what is missing or damaged and says sizes before it begins. */
export const ensureArtifacts = async (
  artifacts: readonly Artifact[],
  { cache, clients, onProgress }: { cache: string; clients: Clients; onProgress: (line: string) => void },
): Promise<string[]> => {
  const missing = artifacts.filter((artifact) => !isComplete(join(cache, artifact.name)));
  if (missing.length > 0) {
    mkdirSync(cache, { recursive: true });
    const total = missing.reduce((sum, artifact) => sum + artifact.downloadMegabytes, 0);
    const disk = missing.reduce((sum, artifact) => sum + artifact.diskMegabytes, 0);
    onProgress(
      `downloading once, ${total} MB (${missing.map((artifact) => `${artifact.title} ${artifact.downloadMegabytes} MB`).join(', ')}), ${disk} MB on disk in ${cache}`,
    );
    // The package client keeps its own copy, and archives are unpacked beside themselves.
    requireDisk(cache, 2 * total + disk);
  }
  for (const artifact of missing) {
    await download(artifact, cache, clients);
    onProgress(`${artifact.title} is here`);
  }
  return artifacts.map((artifact) => {
    const folder = join(cache, artifact.name);
    if (!existsSync(folder)) throw new Error(`${folder} vanished`);
    return folder;
  });
};
