import { rmSync } from 'node:fs';

import { useStack } from '@millrace/platform-testing';

import { closeConnections, type Connections } from './connections/connections';
import { explainPerson } from './explain/explain-person';
import { explanationInLines } from './explain/explanation-lines';
import { createEngine, type Engine, type Job } from './runs/engine';
import { madeAttribution } from './testing/made-attribution';
import { install, seal, type SeedSignal } from './testing/seed';

jest.setTimeout(120_000);

// 02:00 in New York, two nights.
const FIRST = Date.parse('2026-11-23T07:00:00Z');
const SECOND = Date.parse('2026-11-24T07:00:00Z');

/** Paths of six visitors, of whom two convert. Shares by hand: removal effects 5/12, 1/3, 1 and 1/12 over their sum, 11/6. */
const PATHS: readonly [path: string, isConversion: boolean][] = [
  ['email>paid', true],
  ['paid', false],
  ['email>organic>paid', true],
  ['organic', false],
  ['organic', false],
  ['social>organic', false],
];
const SHARES = { email: '5/22', organic: '2/11', paid: '6/11', social: '1/22' };

const signalsOf = (): SeedSignal[] =>
  PATHS.flatMap(([path, isConversion], visitor) => {
    const anonymous = `v${visitor}`;
    const touches = path.split('>').map((channel, index): SeedSignal => ({
      at: `2026-11-20T15:0${index}Z`,
      type: 'touched',
      anonymous,
      properties: { channel },
    }));
    return isConversion ? [...touches, { at: '2026-11-20T16:00Z', type: 'converted', anonymous }] : touches;
  });

describe('a model whose last step is TypeScript', () => {
  const stack = useStack();
  const { models, folders } = madeAttribution();
  let connections: Connections;
  let engine: Engine;
  let job: Job;

  beforeAll(async () => {
    connections = await install(stack, {}, models);
    engine = createEngine(connections, models);
    job = engine.job('made_attribution');
    await seal(connections, 1, '2026-11-24T06:10:00Z', signalsOf());
  });
  afterAll(async () => {
    await closeConnections(connections);
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  const sharesOf = async (runId: string): Promise<Record<string, unknown>> => {
    const rows = await connections.clickhouse.query<{ entity_id: string; values: string }>(
      'select entity_id, values from score_rows_of(run_id = {run_id: String})',
      { run_id: runId },
    );
    return Object.fromEntries(
      rows.map(({ entity_id, values }) => [entity_id, (JSON.parse(values) as { share: string }).share]),
    );
  };
  const dieAt = (call: number) => {
    let calls = 0;
    return () => {
      calls += 1;
      if (calls === call) throw new Error('killed');
    };
  };

  it('killed between its rows and its record writes the same rows again', async () => {
    // It asks whether it may go on before its one chunk, and before its record.
    await expect(job.run(FIRST, [], dieAt(2))).rejects.toThrow('killed');
    const { clickhouse } = connections;
    const left = await clickhouse.query<{ run_id: string; rows: number }>(
      "select run_id, count() as rows from score_rows where model = 'made_attribution' group by run_id",
    );
    expect(left).toEqual([{ run_id: expect.any(String) as string, rows: 4 }]);
    expect(await clickhouse.query('select * from score_runs')).toEqual([]);
    expect(await clickhouse.query('select * from score_history')).toEqual([]);
    const untouched = await job.try(FIRST, { purpose: 'backtest' });

    const { outcome, run } = await job.run(FIRST, []);
    expect([outcome, run.run_id]).toEqual(['published', left[0]?.run_id]);
    expect(run).toMatchObject({ entity_kind: 'conversion', rows: 4, fields: ['share'], is_partial: false });
    expect(run.checksum).toBe(untouched.run.checksum);
    expect(await sharesOf(run.run_id)).toEqual(SHARES);
    expect(await sharesOf(untouched.run.run_id)).toEqual(SHARES);
  });

  it('is shown like any other, and the same again is unchanged', async () => {
    const again = await job.run(FIRST, []);
    expect(again).toMatchObject({ outcome: 'unchanged', run: { rows: 4 } });
    const shown = await connections.clickhouse.query(
      'select model, entity_kind, entity_id, score, as_of_date, values from scores order by entity_id limit 1',
    );
    expect(shown).toEqual([
      {
        model: 'made_attribution',
        entity_kind: 'conversion',
        entity_id: 'email',
        score: null,
        as_of_date: '2026-11-23',
        values: '{"share":"5/22"}',
      },
    ]);
  });

  it('is explained by its own words, with what it said before', async () => {
    // One more visitor converts, by a channel that had done little.
    await seal(connections, 2, '2026-11-24T06:20:00Z', [
      { at: '2026-11-22T15:00Z', type: 'touched', anonymous: 'v9', properties: { channel: 'social' } },
      { at: '2026-11-22T16:00Z', type: 'converted', anonymous: 'v9' },
    ]);
    const { run } = await job.run(SECOND, []);
    const why = await explainPerson(connections.clickhouse, 'made_attribution', 'email', '', models);
    const share = (await sharesOf(run.run_id))['email'];
    expect(share).not.toBe(SHARES.email);
    expect(explanationInLines(why)).toEqual([
      `email  made_attribution, share 5/22 -> ${String(share)}`,
      `as of 2026-11-24, run ${run.run_id}`,
      '',
      'Reasons',
      `  Without email fewer would convert: share ${String(share)}.`,
    ]);
  });
});
