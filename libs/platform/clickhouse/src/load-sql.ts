import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MillraceError } from '@millrace/platform-errors';

const SQL_NAME = /^(?:[a-z0-9][a-z0-9_-]*\/)*[a-z0-9][a-z0-9_-]*\.sql$/;
const loaded = new Map<string, string>();

/** The text of a `.sql` file beside the code that runs it: `loadSql(__dirname, 'sql/seal-step.sql')`. Read once. */
export function loadSql(directory: string, name: string): string {
  if (!SQL_NAME.test(name)) {
    throw new MillraceError(`"${name}" is not the name of a .sql file`, {
      code: 'FILE_INVALID',
      advice: 'Use a kebab-case path below the folder of the code, such as sql/seal-step.sql',
    });
  }
  const path = join(directory, name);
  const known = loaded.get(path);
  if (known !== undefined) return known;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new MillraceError(`The query file ${name} cannot be read`, {
      code: 'FILE_UNREADABLE',
      advice: 'After a build, run node tools/copy-assets.mjs: tsc does not copy .sql files',
      cause: error,
      details: { path },
    });
  }
  loaded.set(path, text);
  return text;
}
