import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { SEALED_PARAMS, SEALED_VIEWS } from '@millrace/contract-window';
import { checkMigrations } from '@millrace/platform-clickhouse';

it('keeps to the rules of migrations: dense, repeatable, one set for every topology, commented', () => {
  expect(checkMigrations(join(__dirname, 'migrations'))).toEqual([]);
});

it('the views for models take the parameters that the contract names', () => {
  const sql = readFileSync(join(__dirname, 'migrations/0017_create_sealed_rows.sql'), 'utf8');
  const views = new Map(
    sql.split(/^create or replace view \{\{database\}\}\./m).map((text) => [/^\w+/.exec(text)?.[0], text]),
  );
  for (const name of Object.values(SEALED_VIEWS)) expect([...views.keys()]).toContain(name);
  for (const view of [SEALED_VIEWS.rows, SEALED_VIEWS.windows])
    for (const [name, type] of Object.entries(SEALED_PARAMS)) expect(views.get(view)).toContain(`{${name}: ${type}}`);
});
