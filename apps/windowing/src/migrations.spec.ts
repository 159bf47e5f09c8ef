import { join } from 'node:path';

import { checkMigrations } from '@millrace/platform-clickhouse';

it('keeps to the rules of migrations: dense, repeatable, one set for every topology, commented', () => {
  expect(checkMigrations(join(__dirname, 'migrations'))).toEqual([]);
});
