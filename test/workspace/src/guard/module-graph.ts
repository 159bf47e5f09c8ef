import { dirname, join } from 'node:path';

import { preProcessFile } from 'typescript';

import { filesBelow, read } from './files';

/** For each file what it imports: files of its own project by their paths, everything else as it is written. */
export type ModuleGraph = ReadonlyMap<string, readonly string[]>;

/** What a file's text imports, types and `import(...)` included, as it is written. */
export const importsOf = (text: string): string[] =>
  preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);

/** The graph of files given with their texts. A file's index is found by its folder, as Node does. */
export function graphOf(texts: ReadonlyMap<string, string>): ModuleGraph {
  const resolve = (from: string, name: string): string => {
    if (!name.startsWith('.')) return name;
    const path = join(dirname(from), name);
    return [`${path}.ts`, `${path}/index.ts`].find((file) => texts.has(file)) ?? path;
  };
  return new Map([...texts].map(([path, text]) => [path, importsOf(text).map((name) => resolve(path, name))]));
}

/** The graph of the TypeScript files below folders of the workspace. */
export const readGraph = (...folders: readonly string[]): ModuleGraph =>
  graphOf(
    new Map(
      filesBelow(...folders)
        .filter((path) => path.endsWith('.ts'))
        .map((path) => [path, read(path)]),
    ),
  );
