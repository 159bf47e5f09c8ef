import { execFile } from 'node:child_process';
import { createReadStream, createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

import { pythonEnvironment } from '@millrace/platform-testing';

import type { Scored } from '../scoring/run-scoring';
import type { Inputs } from './inputs';
import { measureWay } from './measure-way';

const run = promisify(execFile);
// Scripts are not compiled: they stand beside the sources.
const FOLDER = join(__dirname, '../../src/peers');

interface PandasResult {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly rowsWritten: number;
}

const EXPORTS: Readonly<Record<string, string>> = {
  days: `select identity_kind::String as identity_kind, identity, toInt64({as_of_date: Date} - day) as age, signal_class::String as signal_class, count
    from person_days where day < {as_of_date: Date} and day >= {as_of_date: Date} - {look_back_days: UInt32}`,
  identities: `select person_id, member.1::String as identity_kind, member.2 as identity
    from people_as_of_of(run_id = {people: String}) array join identities as member where not do_not_score`,
  people: `select person_id, account_id, seniority::String as seniority, is_free_mail
    from people_as_of_of(run_id = {people: String}) where not do_not_score`,
  accounts: `select account_id, industry::String as industry, employees, country::String as country from accounts_as_of_of(run_id = {accounts: String})`,
  rfm: `select entity_id as person_id, toInt64(r + f + m) as ranks from rfm_of(run_id = {rfm: String}) where r is not null`,
  intent: `select account_id, points_micro from intent_of(run_id = {intent: String})`,
};

/** Writes the table peer_pandas. A string says why it could not be done here. */
export async function scoreInPandas(
  { clickhouse, stack }: Scored,
  { folder, params }: Inputs,
  say: (line: string) => void,
): Promise<PandasResult | string> {
  let python: string;
  try {
    say('installing pandas, unless it is there');
    python = join(await pythonEnvironment('bench', join(FOLDER, 'requirements.txt')), 'python');
  } catch (error) {
    return `left out: python3 with pandas is not here (${String(error).split('\n')[0]})`;
  }
  const usage = measureWay(stack);
  for (const [name, sql] of Object.entries(EXPORTS)) {
    const bytes = Readable.from(clickhouse.readBytes(sql, 'Parquet', params));
    await pipeline(bytes, createWriteStream(join(folder, `${name}.parquet`)));
  }
  const { classes, weights, caps, half_lives, ...settings } = params as Record<string, unknown[]>;
  const rows = (classes ?? []).map((signal_class, index) => ({
    signal_class,
    weight: weights?.[index],
    cap: caps?.[index],
    half_life: half_lives?.[index],
  }));
  writeFileSync(join(folder, 'settings.json'), JSON.stringify({ ...settings, classes: rows }));
  await run(python, [join(FOLDER, 'lead_score.py'), folder]);
  await clickhouse.command(
    'create table peer_pandas (person_id String, score UInt8) engine = MergeTree order by person_id',
  );
  const { writtenRows } = await clickhouse.insertStream(
    'peer_pandas',
    'CSV',
    createReadStream(join(folder, 'scores.csv')),
  );
  return { ...usage(), rowsWritten: writtenRows ?? NaN };
}
