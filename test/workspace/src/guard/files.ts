import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(__dirname, '../../../..');

const LEFT_OUT = new Set(['node_modules', 'dist', '.git', '.nx']);

/** Text of a file; its path is relative to the workspace. */
export const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Files below folders of the workspace, relative to it, without what is built or installed. */
export const filesBelow = (...folders: readonly string[]): string[] =>
  folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
      if (LEFT_OUT.has(entry.name)) return [];
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(path) : [path];
    }),
  );

/** Whether a file is there for tests only, by its name or by its folder. */
export const isTestCode = (path: string): boolean => path.endsWith('.spec.ts') || /\/(testing|simulation)\//.test(path);
