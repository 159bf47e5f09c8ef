import { compare, HOLDS, type AllowList } from './guard/allow-list';
import { foreignUses, ownerOf, sqlInCode, tablesIn, tablesOfWorkspace } from './guard/table-owners';

/** May only shrink. */
const ALLOWED: AllowList = {
  // Tables that scoring made before models had their own.
  history: [
    'libs/catalog/models/src/identities/migrations/0002_drop_older_rows.sql: identity_edge_rows',
    'libs/catalog/models/src/identities/migrations/0002_drop_older_rows.sql: score_run_identities',
    'libs/catalog/models/src/person_days/migrations/0002_drop_older_rows.sql: person_day_builds',
    'libs/catalog/models/src/person_days/migrations/0002_drop_older_rows.sql: person_day_rows',
  ],
  doctor: ['apps/sync/src/commands/doctor.ts: seal_steps', 'apps/windowing/src/commands/doctor.ts: schema_migrations'],
};

it('SQL uses tables of its own service or model, and views that others publish', () => {
  expect(compare(foreignUses(tablesOfWorkspace('apps', 'libs', 'deploy')), ALLOWED)).toEqual(HOLDS);
});

describe('a use of another’s table', () => {
  const windowing = tablesIn(
    'apps/windowing/src/migrations/1.sql',
    `create table seals (x UInt8) comment 'Seals';
     create view signals as select 1 from seals comment 'Sealed signals';
     create view pinned as select 1 from seals comment 'Internal: seals, pinned'`,
  );

  it.each<[string, string, string, string[]]>([
    ['a table of the own service', 'apps/windowing/src/a.sql', 'select 1 from seals', []],
    ['a table of another', 'apps/scoring/src/a.sql', 'select 1 from seals', ['seals']],
    [
      'a table that a migration reads',
      'apps/scoring/src/migrations/1.sql',
      'create view v as select 1 from seals',
      ['seals'],
    ],
    ['a table that code reads', 'apps/scoring/src/a.ts', 'const sql = `select ${columns} from seals`;', ['seals']],
    ['a view that is published', 'apps/scoring/src/a.sql', 'select 1 from signals', []],
    ['a view that is internal', 'apps/scoring/src/a.sql', 'select 1 from pinned', ['pinned']],
    ['what nobody made', 'apps/scoring/src/a.sql', 'select 1 from numbers(5)', []],
  ])('%s', (_what, path, text, found) => {
    const uses = foreignUses([windowing, tablesIn(path, text)]);
    expect(uses).toEqual(found.map((table) => `${path}: ${table}`));
  });
});

it.each([
  ['apps/sync/src/planning/sql/a.sql', 'apps/sync'],
  ['libs/platform/clickhouse/src/set-aside/sql/a.sql', 'libs/platform/clickhouse'],
  ['libs/catalog/models/src/lead_score/sql/a.sql', 'libs/catalog/models/src/lead_score'],
  ['deploy/demo/src/sql/a.sql', 'deploy/demo'],
])('%s belongs to %s', (path, owner) => {
  expect(ownerOf(path)).toBe(owner);
});

it('SQL in code is a text that begins as a statement', () => {
  const code =
    "const a = 'select 1 from a'; const b = `\\n  insert into ${table} select 2`; const c = 'from select to select';";
  expect(sqlInCode(code).map((sql) => sql.trim())).toEqual(['select 1 from a', 'insert into {{put_in}} select 2']);
});
