import { hashVerdictSettings } from '@millrace/contract-signal';
import { createClickHouse } from '@millrace/platform-clickhouse';
import { verdictSettingsOf } from '@millrace/platform-config';
import { useStack } from '@millrace/platform-testing';

import { configOf, environmentOf } from '../testing/run-sync';
import { examine } from './doctor';

const stack = useStack();
const configWith = (more: Readonly<Record<string, string>> = {}) => configOf({ ...environmentOf(stack, []), ...more });
const verdicts = async (more: Readonly<Record<string, string>> = {}) =>
  (await examine(configWith(more))).filter(({ check }) => check === 'verdict settings');

it('says when the fast lane would judge by other settings than windowing sealed by', async () => {
  expect(await verdicts()).toMatchObject([{ ok: true, detail: 'nothing is sealed yet' }]);
  const clickhouse = createClickHouse({ url: stack.clickhouseUrl, database: stack.database });
  await clickhouse.command(
    'create table seal_steps (step UInt64, settings_hash String) engine = MergeTree order by step',
  );
  const rows = [
    { step: 1, settings_hash: 'of another build' },
    { step: 2, settings_hash: hashVerdictSettings(verdictSettingsOf(configWith())) },
  ];
  await clickhouse.insertRows('seal_steps', rows);
  await clickhouse.close();
  expect(await verdicts()).toMatchObject([{ ok: true, detail: 'as windowing sealed last' }]);
  expect(await verdicts({ IMPORT_SOURCES: 'crm' })).toMatchObject([
    { ok: false, advice: expect.stringContaining('IMPORT_SOURCES') },
  ]);
});
