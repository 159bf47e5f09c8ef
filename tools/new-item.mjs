// npm run new:source|new:model|new:destination <name>: a folder of a catalogue from its template, and its line in the registry.
//   node tools/new-item.mjs source my_tool
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';

const kebab = (name) => name.replaceAll('_', '-');
const camel = (name) => name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
const pascal = (name) => camel(name).replace(/^./, (letter) => letter.toUpperCase());

/** What differs between the catalogues: where an item lies, how it is called inside, what its registry says of it. */
const CATALOGUES = {
  source: {
    folder: 'libs/catalog/sources',
    of: (name) => name,
    words: (name) => [
      ['x-template-', `x-${kebab(name)}-`],
      ["'template'", `'${name}'`],
      ['template', camel(name)],
    ],
    registry: 'src/registry.ts',
    add: (text, name) =>
      text
        .replace(/\n\n\/\*\*/, `\nimport { ${camel(name)} } from './${name}/${kebab(name)}.source';\n\n/**`)
        .replace(/\n\};/, `\n  [${camel(name)}.type]: ${camel(name)},\n};`),
  },
  destination: {
    folder: 'libs/catalog/destinations',
    of: kebab,
    words: (name) => [
      ['createTemplateServer', `create${pascal(name)}Server`],
      ["'template'", `'${name}'`],
      ["'Template'", `'${pascal(name)}'`],
      ['template', camel(name)],
    ],
    registry: 'src/registry.ts',
    add: (text, name) =>
      text
        .replace(
          /\n\n\/\*\* Every kind/,
          `\nimport { ${camel(name)} } from './${kebab(name)}/${kebab(name)}.destination';\n\n/** Every kind`,
        )
        .replace(/(readonly Destination\[\] = \[[^\]]*?),?(\s*\])/, `$1, ${camel(name)}$2`),
  },
  model: {
    folder: 'libs/catalog/models',
    of: (name) => name,
    words: (name) => [
      ["'template'", `'${name}'`],
      ['template_rows', `${name}_rows`],
      ['templateModel', camel(name)],
    ],
    /** Files of the folder that lie elsewhere in the workspace. */
    moves: (name) => ({
      'settings.yaml': `config/models/${name}.yaml`,
      'settings.schema.json': `config/models/${name}.schema.json`,
    }),
    test: 'npx jest libs/catalog/models/src/model, and its cases on a stack: npx jest apps/scoring/src/model-cases',
    registry: 'src/model/model-registry.ts',
    add: (text, name) =>
      text
        .replace(
          "import type { Model } from './define-model';",
          `import { ${camel(name)} } from '../${name}/${kebab(name)}.model';\nimport type { Model } from './define-model';`,
        )
        .replace(/(readonly Model\[\] = \[[^\]]*?),?(\s*\])/, `$1,\n  ${camel(name)},$2`),
  },
};

const [kind, name] = process.argv.slice(2);
const root = join(import.meta.dirname, '..');
const catalogue = Object.hasOwn(CATALOGUES, kind ?? '') ? CATALOGUES[kind] : undefined;

const fail = (message) => {
  process.stderr.write(`${message}\n`);
  process.exit(2);
};
if (name === '--help' || name === '-h') {
  process.stdout.write(
    `Usage: npm run new:${kind} <name>\n\nMakes a ${kind} from ${catalogue?.folder}/src/_template: a folder, and a line in the registry.\n<name>: a-z, 0-9 and _, such as my_tool\n`,
  );
  process.exit(0);
}
if (catalogue === undefined) fail(`"${kind}" is not a kind: there is ${Object.keys(CATALOGUES).join(', ')}`);
if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name ?? '')) {
  fail(`"${name ?? ''}" is not the name of a ${kind}: use a-z, 0-9 and _, such as my_tool`);
}

const src = join(root, catalogue.folder, 'src');
const target = join(src, catalogue.of(name));
if (existsSync(target)) fail(`${relative(root, target)} is there already: take another name`);
cpSync(join(src, '_template'), target, { recursive: true });

const replaceWords = (text) =>
  catalogue
    .words(name)
    .reduce(
      (given, [from, to]) => given.replaceAll(/^\w+$/.test(from) ? new RegExp(`\\b${from}\\b`, 'g') : from, to),
      text,
    );
for (const entry of readdirSync(target, { withFileTypes: true, recursive: true })) {
  if (!entry.isFile()) continue;
  const file = join(entry.parentPath ?? entry.path, entry.name);
  const text = readFileSync(file, 'utf8');
  const withPaths = text.replaceAll(/(\.\/(?:testing\/)?)template([.-])/g, `$1${kebab(name)}$2`);
  const isCode = !/\.(md|sql|yaml)$/.test(file);
  writeFileSync(file, isCode ? replaceWords(withPaths) : text.replaceAll('template', name));
  if (basename(file).startsWith('template'))
    renameSync(file, join(dirname(file), basename(file).replace('template', kebab(name))));
}
for (const [from, to] of Object.entries(catalogue.moves?.(name) ?? {})) renameSync(join(target, from), join(root, to));
const registry = join(root, catalogue.folder, catalogue.registry);
writeFileSync(registry, catalogue.add(readFileSync(registry, 'utf8'), name));

process.stdout.write(
  [
    `Made ${relative(root, target)} and a line in ${relative(root, registry)}.`,
    `Now: npx prettier --write ${relative(root, registry)}; then say in the folder's README what it is, and make its spec say what it must do.`,
    `Try it with ${catalogue.test ?? `npx jest ${relative(root, target)}`}`,
    '',
  ].join('\n'),
);
