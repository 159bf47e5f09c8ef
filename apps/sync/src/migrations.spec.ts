import { checkMigrations } from '@millrace/platform-clickhouse';

import { MIGRATIONS } from './deployment';

it('keeps to the rules of migrations: every table and column has a comment', () => {
  expect(checkMigrations(MIGRATIONS)).toEqual([]);
});
