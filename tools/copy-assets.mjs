// tsc copies no .sql, .avsc or .yaml: this puts them beside the compiled code, for every project or the ones named. A copy whose
// original is gone goes, too: deploy refuses a migration that was renamed and is there under both names.
//   node tools/copy-assets.mjs [project-folder ...]
import { cpSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

const ASSET = /\.(sql|avsc|ya?ml|json|csv|txt)$/;
const root = join(import.meta.dirname, '..');
const GROUPS = ['apps', 'libs', 'libs/contracts', 'libs/catalog', 'libs/platform', 'deploy', 'test'];

const allProjects = () =>
  GROUPS.flatMap((group) => readdirSync(join(root, group)).map((name) => join(root, group, name))).filter((folder) =>
    existsSync(join(folder, 'package.json')),
  );

const filesBelow = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && ASSET.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));

const projects = process.argv.length > 2 ? process.argv.slice(2) : allProjects();
for (const project of projects) {
  const source = join(project, 'src');
  if (!existsSync(source) || !statSync(source).isDirectory()) continue;
  const output = join(project, 'dist');
  for (const file of filesBelow(source)) cpSync(file, join(output, relative(source, file)));
  if (!existsSync(output)) continue;
  for (const copy of filesBelow(output)) if (!existsSync(join(source, relative(output, copy)))) rmSync(copy);
}
