import {
  createSourceFile,
  forEachChild,
  isStringLiteralLike,
  isTemplateExpression,
  ScriptTarget,
  type Node,
} from 'typescript';

import { filesBelow, isTestCode, read } from './files';
import { sqlTables, type SqlTables } from './sql-tables';

export interface FileTables extends SqlTables {
  readonly path: string;
}

const MODEL = /^libs\/catalog\/models\/src\/\w+/;
const PROJECT = /^(?:apps|deploy|test)\/[^/]+|^libs\/[^/]+\/[^/]+/;

/** Who makes tables and reads them: an app, a library, or one model of the catalogue. */
export const ownerOf = (path: string): string => (MODEL.exec(path) ?? PROJECT.exec(path))?.[0] ?? path;

const STATEMENT = /^\s*(with|select|insert|delete|alter|create|drop|truncate|optimize)\s/i;

/** Texts of TypeScript code that are SQL; a placeholder stands for what is put into them. */
export function sqlInCode(code: string): string[] {
  if (!/\b(select|insert|delete|alter|create|drop|truncate|optimize)\s/i.test(code)) return [];
  const found: string[] = [];
  const visit = (node: Node): void => {
    const sql = textOf(node);
    if (STATEMENT.test(sql)) found.push(sql);
    forEachChild(node, visit);
  };
  visit(createSourceFile('code.ts', code, ScriptTarget.Latest));
  return found;
}

function textOf(node: Node): string {
  if (isStringLiteralLike(node)) return node.text;
  if (!isTemplateExpression(node)) return '';
  return node.head.text + node.templateSpans.map(({ literal }) => `{{put_in}}${literal.text}`).join('');
}

/** The tables that a `.sql` file names, or the SQL of a TypeScript file. */
export const tablesIn = (path: string, text: string): FileTables => ({
  path,
  ...sqlTables(path.endsWith('.sql') ? text : sqlInCode(text).join('\n;\n')),
});

/** Of the `.sql` files and the production code below folders of the workspace. */
export const tablesOfWorkspace = (...folders: readonly string[]): FileTables[] =>
  filesBelow(...folders)
    .filter((path) => path.endsWith('.sql') || (path.endsWith('.ts') && !isTestCode(path)))
    .map((path) => tablesIn(path, read(path)));

/**
 * Uses of tables that another owner made and does not publish, as `file: table`. Published is a view whose comment does
 * not call it internal (docs/data-model.md lists them). What no file creates is a function or a table of ClickHouse's.
 */
export function foreignUses(files: readonly FileTables[]): string[] {
  const owners = new Map<string, Set<string>>();
  const published = new Set<string>();
  for (const { path, created } of files) {
    for (const { name, isView, comment } of created) {
      owners.set(name, (owners.get(name) ?? new Set()).add(ownerOf(path)));
      if (isView && !/internal/i.test(comment)) published.add(name);
    }
  }
  const isForeign = (name: string, path: string): boolean => owners.get(name)?.has(ownerOf(path)) === false;
  return files.flatMap(({ path, used }) =>
    used.filter((name) => isForeign(name, path) && !published.has(name)).map((name) => `${path}: ${name}`),
  );
}
