import { join } from 'node:path';

import { checkMigrations } from '@millrace/platform-clickhouse';

it('migrations keep to what every migration keeps to, a comment on every table and column included', () => {
  expect(checkMigrations(join(__dirname, 'migrations'))).toEqual([]);
});
