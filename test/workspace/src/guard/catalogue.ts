import { sqlTables } from './sql-tables';

/** A source, a model or a destination: what an app must not know by name. */
export interface Item {
  /** As its folder is called. */
  readonly name: string;
  readonly catalogue: string;
  /** What the catalogue's index exports from the item's folder. */
  readonly exported: readonly string[];
  /** Tables that are called after it. */
  readonly tables: readonly string[];
}

const ITEM = /^libs\/catalog\/(\w+)\/src\/([a-z][\w-]*)\/[\w-]+\.(?:source|model|destination)\.ts$/;

/** The items that folders hold; `read` gives a file's text, `migrations` are texts of SQL. */
export function itemsOf(
  files: readonly string[],
  read: (path: string) => string,
  migrations: readonly string[],
): Item[] {
  const tables = migrations.flatMap((sql) => sqlTables(sql).created.map(({ name }) => name));
  return files.flatMap((path) => {
    const [, catalogue, name] = ITEM.exec(path) ?? [];
    if (catalogue === undefined || name === undefined) return [];
    const index = read(`libs/catalog/${catalogue}/src/index.ts`);
    const exported = [...index.matchAll(/^export (?:type )?\{([^}]*)\} from '\.\/([\w-]+)\//gm)]
      .filter(([, , folder]) => folder === name)
      .flatMap(([, names = '']) => namesIn(names));
    const called = patternOf(name);
    return [{ name, catalogue, exported, tables: tables.filter((table) => called.test(table)) }];
  });
}

/** `person_days` in every way to write it, of one or several: personDays, PERSON_DAY, person-day. */
function patternOf(name: string): RegExp {
  const words = name.split(/[-_]/);
  const last =
    words
      .pop()
      ?.replace(/ies$|y$/, '(?:y|ies)')
      .replace(/(?<!\))s$/, '') ?? '';
  return new RegExp([...words, last.endsWith(')') ? last : `${last}s?`].join('[-_]?'), 'i');
}

const namesIn = (list: string): string[] =>
  list
    .split(',')
    .map((one) =>
      one
        .trim()
        .replace(/^type /, '')
        .replace(/ as .*$/, ''),
    )
    .filter((one) => one !== '');

/**
 * Whether a file of an app names an item: by importing what its folder exports, by one of its tables, by its name as a
 * whole text, or, where the name is more than one word, by the name in any form, in the text or in the path. A name that is
 * one word (`identities`) is a word of the language, too.
 */
export function isNamed(item: Item, path: string, text: string): boolean {
  const imports = [...text.matchAll(/\bimport\b([^;]*?)\bfrom '@millrace\/catalog-(\w+)'/g)]
    .filter(([, , catalogue]) => catalogue === item.catalogue)
    .flatMap(([, names = '']) => namesIn(names.replace(/[{}]|^\s*type\b/g, '')));
  if (imports.some((name) => item.exported.includes(name))) return true;
  if (item.tables.some((table) => new RegExp(`\\b${table}\\b`).test(text))) return true;
  if (new RegExp(`(['"\`])${item.name}\\1`).test(text)) return true;
  return /[-_]/.test(item.name) && patternOf(item.name).test(`${path}\n${text}`);
}
