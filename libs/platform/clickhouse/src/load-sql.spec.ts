import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSql } from './load-sql';

const directory = mkdtempSync(join(tmpdir(), 'sql-'));
mkdirSync(join(directory, 'sql'));
writeFileSync(join(directory, 'sql', 'seal-step.sql'), 'select 1');
afterAll(() => rmSync(directory, { recursive: true }));

it('reads a file once', () => {
  expect(loadSql(directory, 'sql/seal-step.sql')).toBe('select 1');
  writeFileSync(join(directory, 'sql', 'seal-step.sql'), 'select 2');
  expect(loadSql(directory, 'sql/seal-step.sql')).toBe('select 1');
});

it.each(['../secrets.sql', '/etc/passwd', 'sql/../x.sql', 'Seal.sql', 'seal.txt', ''])(
  'refuses the name %p',
  (name) => {
    expect(() => loadSql(directory, name)).toThrow('is not the name of a .sql file');
  },
);

it('says what to run when the file is missing', () => {
  const load = (): string => loadSql(directory, 'sql/none.sql');
  expect(load).toThrow(
    expect.objectContaining({ code: 'FILE_UNREADABLE', advice: expect.stringContaining('copy-assets') }),
  );
});
