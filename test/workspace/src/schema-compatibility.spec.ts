import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Type } from 'avsc';
import type { Schema } from 'avsc';

const ROOT = join(__dirname, '../../..');
const SCHEMAS = 'libs/contracts/signal/src/schemas';

const git = (...args: string[]): string | null => {
  try {
    return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return null;
  }
};

/** What the working tree is compared with: main, or on main itself the commit before. Null in a checkout without history. */
function baseRevision(): string | null {
  const head = git('rev-parse', 'HEAD')?.trim();
  const main = (
    git('rev-parse', '--verify', '-q', 'origin/main') ?? git('rev-parse', '--verify', '-q', 'main')
  )?.trim();
  if (main !== undefined && main !== head) return main;
  return git('rev-parse', '--verify', '-q', 'HEAD~1')?.trim() ?? null;
}

/** FULL: each of the two schemas reads what the other wrote, as the registry demands. Returns the reason why not, or null. */
function fullProblem(next: Schema, previous: Schema): string | null {
  try {
    Type.forSchema(next).createResolver(Type.forSchema(previous));
    Type.forSchema(previous).createResolver(Type.forSchema(next));
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

const current = (file: string): Schema => JSON.parse(readFileSync(join(ROOT, SCHEMAS, file), 'utf8')) as Schema;

describe('schema files', () => {
  const base = baseRevision();

  it.each(readdirSync(join(ROOT, SCHEMAS)))(
    '%s and the schema of main read everything that the other wrote',
    (file) => {
      const previous = base === null ? null : git('show', `${base}:${SCHEMAS}/${file}`);
      const writer = previous === null ? current(file) : (JSON.parse(previous) as Schema);
      expect(fullProblem(current(file), writer)).toBeNull();
    },
  );

  it('a new required field is named as the problem', () => {
    const previous: Schema = { type: 'record', name: 'R', fields: [{ name: 'a', type: 'string' }] };
    const next: Schema = { type: 'record', name: 'R', fields: [...previous.fields, { name: 'b', type: 'string' }] };
    expect(fullProblem(next, previous)).toMatch(/b/);
  });

  it('a required field that is taken away is named as the problem', () => {
    const next: Schema = { type: 'record', name: 'R', fields: [{ name: 'a', type: 'string' }] };
    const previous: Schema = { type: 'record', name: 'R', fields: [...next.fields, { name: 'b', type: 'string' }] };
    expect(fullProblem(next, previous)).toMatch(/b/);
  });
});
