import { MODELS, type Score } from '@millrace/catalog-models';
import { casesOf, templateModel, type ModelCase } from '@millrace/catalog-models/testing';
import { useStack } from '@millrace/platform-testing';

import { closeConnections, type Connections } from './connections/connections';
import { install } from './testing/seed';
import { giveCase } from './testing/run-model-case';

/** Their rows are compared with the same formula in another way, or with what people expect of many signals. */
const BY_OTHER_SPECS = ['accounts_as_of', 'people_as_of', 'rfm', 'intent'];

const models = [...MODELS, templateModel];
const scores = models.filter((model): model is Score => model.kind === 'score');
const byCases = scores.filter(({ name }) => !BY_OTHER_SPECS.includes(name));
/** Columns of every row, beside those that the model publishes in `values`. */
const COLUMNS = new Set(['score', 'reasons']);

describe('from the rows that cases give', () => {
  const stack = useStack();
  let connections: Connections;
  beforeAll(async () => {
    connections = await install(stack, {}, models);
  });
  afterAll(() => closeConnections(connections));

  const rowsOf = async (runId: string): Promise<Record<string, unknown>[]> => {
    const rows = await connections.clickhouse.query<{ readonly values: string }>(
      'select * from score_rows_of(run_id = {run_id: String}) order by entity_id',
      { run_id: runId },
    );
    return rows.map((row) => ({ ...row, values: JSON.parse(row.values) as unknown }));
  };
  const expectRows = async (model: Score, { expected }: ModelCase, runId: string): Promise<void> => {
    const rows = await rowsOf(runId);
    expect(rows).toEqual(expected.map((row) => expect.objectContaining(row) as unknown));
    const fields = Object.keys(model.publishes).filter((field) => !COLUMNS.has(field));
    for (const { values } of rows) expect(Object.keys(values as object)).toEqual(fields.sort());
  };

  it.each(byCases.map((model) => [model.name, model] as const))('%s makes the rows expected', async (_name, model) => {
    const cases = await casesOf(model);
    expect(cases.length).toBeGreaterThan(0);
    for (const one of cases) {
      const given = await giveCase(connections.clickhouse, model, one);
      const first = await given.run();
      await expectRows(model, one, first.runId);
      expect(first.check.count).toBe(first.entities ?? one.expected.length);
      expect((await given.run()).check).toEqual(first.check);
      const tried = await given.run({ isTrial: true });
      expect(tried.check).toEqual(first.check);
      await expectRows(model, one, tried.runId);
    }
  });
});
