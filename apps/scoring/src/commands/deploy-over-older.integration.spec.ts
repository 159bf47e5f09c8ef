import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { MODELS } from '@millrace/catalog-models';
import { createClickHouse, runMigrations, type ClickHouse } from '@millrace/platform-clickhouse';
import { useStack } from '@millrace/platform-testing';

import { readScoringConfig } from '../app.config';
import { MIGRATIONS } from '../deployment';
import { deploy } from './deploy';

/** The first migrations of a folder, as a release of before had them. */
function older(directory: string, count: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'older-'));
  for (const file of readdirSync(directory).sort().slice(0, count)) cpSync(join(directory, file), join(folder, file));
  return folder;
}

/** Models that the older release had with tables of their own. */
const OLDER_MODELS = ['accounts_as_of', 'people_as_of', 'lead_score', 'rfm', 'opportunities', 'traits'];

describe('a deployment over an older one', () => {
  const stack = useStack();
  let clickhouse: ClickHouse;

  beforeAll(async () => {
    clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
    const migrate = async (service: string, directory: string, count: number): Promise<void> => {
      const folder = older(directory, count);
      await runMigrations({ clickhouse, service, directory: folder });
      rmSync(folder, { recursive: true });
    };
    await migrate('scoring', MIGRATIONS, 14);
    for (const { name, folder } of MODELS.filter((model) => OLDER_MODELS.includes(model.name))) {
      const directory = join(folder, 'migrations');
      if (existsSync(directory)) await migrate(`model.${name}`, directory, 1);
    }
    await clickhouse.insertRows('rfm_rows', [{ run_id: 'old', as_of_date: '2026-11-23', entity_id: 'u1', r: 5 }]);
    await clickhouse.insertRows('score_rows', [
      { run_id: 'old', model: 'rfm', as_of_date: '2026-11-23', entity_id: 'u1', values: '{"r":5}' },
    ]);
  });
  afterAll(() => clickhouse.close());

  it('keeps what runs wrote before readable by run id, beside what is tried from now on', async () => {
    const config = readScoringConfig(stack.environment);
    await deploy(config);
    await clickhouse.insertRows('rfm_rows_trial', [
      { run_id: 'tried', as_of_date: '2026-11-23', entity_id: 'u2', r: 1 },
    ]);
    const rowsOf = (view: string, runId: string): Promise<unknown[]> =>
      clickhouse.query(`select entity_id from ${view}(run_id = {run_id: String})`, { run_id: runId });
    expect(await rowsOf('rfm_of', 'old')).toEqual([{ entity_id: 'u1' }]);
    expect(await rowsOf('rfm_of', 'tried')).toEqual([{ entity_id: 'u2' }]);
    expect(await rowsOf('score_rows_of', 'old')).toEqual([{ entity_id: 'u1' }]);
    // Again nothing is to be done, and what was tried stays.
    expect((await deploy(config)).migrations.applied).toEqual([]);
    expect(await rowsOf('rfm_of', 'tried')).toEqual([{ entity_id: 'u2' }]);
  });
});
