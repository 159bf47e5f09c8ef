import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Packages whose contents decide what a sealed row says. */
const FACT_PACKAGES = ['isbot', 'tldts'] as const;

/** The normal forms; its package.json pins the lists that it reads. */
const FORMS_LIBRARY: string = '@millrace/identity';

/** Code that decides it too. */
const FACT_MODULES = [
  './attempt/row-expressions',
  './attempt/sealed-fields',
  './enrich/current-forms',
  './enrich/first-forms',
  './enrich/user-agent-facts',
] as const;

let known: string | undefined;

/**
 * Names the code that sealing depends on: 12 hex characters over its queries, its normal forms and the versions of its lists. Two builds with
 * the same name seal the same rows.
 */
export function codeVersion(): string {
  known ??= computeCodeVersion();
  return known;
}

function computeCodeVersion(): string {
  const hash = createHash('sha256');
  for (const file of filesBelow(join(__dirname, 'sql'), /\.sql$/)) hash.update(readFileSync(file));
  for (const module of FACT_MODULES) hash.update(readFileSync(require.resolve(module)));
  const library = dirname(require.resolve(FORMS_LIBRARY));
  for (const file of filesBelow(library, /^(?!.*\.(spec|d)\.).*\.(js|ts|txt)$/)) hash.update(readFileSync(file));
  hash.update(readFileSync(join(library, '../package.json')));
  for (const name of FACT_PACKAGES) hash.update(`${name}@${versionOf(name)}\n`);
  return hash.digest('hex').slice(0, 12);
}

const filesBelow = (folder: string, pattern: RegExp): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => pattern.test(name))
    .sort()
    .map((name) => join(folder, name));

/** Packages may not export their package.json, so it is looked up beside the entry point. */
function versionOf(name: string): string {
  for (let folder = dirname(require.resolve(name)); ; folder = dirname(folder)) {
    try {
      const text = readFileSync(join(folder, 'package.json'), 'utf8');
      const found = JSON.parse(text) as { readonly name?: string; readonly version?: string };
      if (found.name === name) return found.version ?? 'unknown';
    } catch {
      // No package.json here: look one folder up.
    }
    if (folder === dirname(folder)) return 'unknown';
  }
}
