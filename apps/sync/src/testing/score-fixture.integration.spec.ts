import { join } from 'node:path';

import { AUDIENCES } from '@millrace/catalog-models/published';
import { findModel } from '@millrace/catalog-models';
import { createClickHouse, runMigrations, type ClickHouse } from '@millrace/platform-clickhouse';
import { useStack } from '@millrace/platform-testing';

import { createScoreTables, scoreRow } from './score-fixture';

/** Views that plans read, with parameters. */
const VIEWS = [
  `audience_people_of(run_id = 'people-run-1')`,
  `audience_accounts_of(run_id = 'people-run-1')`,
  `score_values_of(run_ids = ['run-1'])`,
  `instance_people(instance = 'hubspot')`,
  `instance_accounts(instance = 'hubspot')`,
];

describe('what specs of deliveries read in place of scoring', () => {
  const stack = useStack();
  let real: ClickHouse;
  let made: ClickHouse;

  beforeAll(async () => {
    real = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
    const audiences = Object.values(AUDIENCES).map((name) => findModel(name));
    const folders = {
      scoring: join(__dirname, '../../../scoring/src/migrations'),
      ...Object.fromEntries(audiences.map(({ name, folder }) => [`model.${name}`, join(folder, 'migrations')])),
    };
    // Of scoring's: rows of a run that is published.
    const macros = {
      rows_of: (table: string) => `(select * from {{database}}.${table} final where run_id = {run_id: String})`,
    };
    for (const [service, directory] of Object.entries(folders)) {
      await runMigrations({ clickhouse: real, service, directory, macros });
    }
    // Deploy makes it: rows of runs that are tried, which plans are previewed by.
    await real.command('create table score_rows_trial as score_rows');
    await real.command(`create database ${stack.database}_made`);
    made = createClickHouse({ url: stack.clickhouseUrl, database: `${stack.database}_made` });
    await createScoreTables(made);
  });

  afterAll(async () => {
    await made.command(`drop database ${stack.database}_made`);
    await Promise.all([real.close(), made.close()]);
  });

  it.each(VIEWS)('%s has the columns of scoring', async (view) => {
    const columnsIn = async (clickhouse: ClickHouse): Promise<string[]> =>
      (await clickhouse.query<{ name: string }>(`describe (select * from ${view})`)).map(({ name }) => name).sort();
    expect(await columnsIn(made)).toEqual(await columnsIn(real));
  });

  it('says of a row of lead_score what scoring says', async () => {
    const { instance_ids: _ids, is_scored: _isScored, ...row } = scoreRow('ann');
    await made.insertRows('score_history', [scoreRow('ann')]);
    const { grade, stage } = row;
    await real.insertRows('score_rows', [{ ...row, values: JSON.stringify({ grade, stage }) }]);
    const saysIn = async (clickhouse: ClickHouse): Promise<unknown> => {
      const rows = await clickhouse.query<{ values: string }>(`select * from score_values_of(run_ids = ['run-1'])`);
      return rows.map(({ values, ...rest }) => ({ ...rest, values: JSON.parse(values) as unknown }));
    };
    expect(await saysIn(made)).toEqual(await saysIn(real));
  });
});
