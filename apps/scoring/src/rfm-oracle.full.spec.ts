import { findModel } from '@millrace/catalog-models';
import { silentLog } from '@millrace/platform-kafka';
import { testSeed, useStack } from '@millrace/platform-testing';
import fc from 'fast-check';

import { readScoringConfig } from './app.config';
import { closeConnections, createConnections, type Connections } from './connections/connections';
import { modelSql } from './runs/model-sql';
import { rfmBuild, rfmPersonId } from './testing/rfm-build';
import { rfmByHand, type RfmPerson, type RfmScores } from './testing/rfm-oracle';
import { prepare } from './testing/seed';

const LOOK_BACK = 90;
const FREQUENCY = [1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 5, 5, 9, 20];
const RECENCY = [1, 1, 2, 3, 5, 8, 8, 13, 21, 21, 21, 34, 40, 41, 42, 43, 55, 60, 89, 90];

const person: fc.Arbitrary<RfmPerson> = fc.record({
  activeAges: fc.array(fc.integer({ min: 1, max: 110 }), { maxLength: 8 }),
  amount: fc.constantFrom(null, null, 0, 100, 250, 5000),
});
const population = fc.array(person, { minLength: 30, maxLength: 60 });

interface Row {
  readonly entity_id: string;
  readonly score: number | null;
  readonly values: string;
}

describe('rfm in SQL against the same formula by hand', () => {
  const stack = useStack();
  let connections: Connections;
  beforeAll(async () => {
    const config = readScoringConfig(stack.environment);
    connections = createConnections(config, silentLog);
    await prepare(config, connections);
  });
  afterAll(() => closeConnections(connections));

  const rowsOf = (runId: string): Promise<Row[]> =>
    connections.clickhouse.query<Row>(
      'select entity_id, score, values from score_rows final where run_id = {run_id: String} order by entity_id',
      { run_id: runId },
    );

  const scoresOf = async (runId: string): Promise<Record<string, RfmScores>> =>
    Object.fromEntries(
      (await rowsOf(runId)).map(({ entity_id, values }) => {
        const { r, f, m } = JSON.parse(values) as RfmScores;
        return [entity_id, { r, f, m }];
      }),
    );

  const named = (scores: readonly (RfmScores | null)[]): Record<string, RfmScores> =>
    Object.fromEntries(scores.flatMap((one, index) => (one === null ? [] : [[rfmPersonId(index), one]])));

  it('whoever was not active in the look-back has no row, and everybody else is scored as by hand', async () => {
    const populations = fc.sample(population, { numRuns: 5, seed: testSeed() });
    for (const [index, people] of populations.entries()) {
      const runId = `rfm-any-${index}`;
      await rfmBuild(connections.clickhouse, people, { runId, asOfDate: '2026-11-23' });
      expect(await scoresOf(runId)).toEqual(named(rfmByHand(people, LOOK_BACK).scores));
    }
  });

  it('twenty people with many ties: nobody has F = 1', async () => {
    const people = FREQUENCY.map((days) => ({
      activeAges: Array.from({ length: days }, (_, i) => i + 1),
      amount: null,
    }));
    await rfmBuild(connections.clickhouse, people, { runId: 'rfm-ties', asOfDate: '2026-11-23' });
    const found = Object.values(await scoresOf('rfm-ties')).map(({ f }) => f);
    expect(found).toEqual(FREQUENCY.map((days) => ({ 1: 2, 2: 3, 3: 4 })[days] ?? 5));
  });

  it('recency is ranked by whole days', async () => {
    const people = RECENCY.map((days) => ({ activeAges: [days], amount: null }));
    await rfmBuild(connections.clickhouse, people, { runId: 'rfm-recency', asOfDate: '2026-11-23' });
    const found = Object.values(await scoresOf('rfm-recency')).map(({ r }) => r);
    expect(found).toEqual([5, 5, 5, 5, 4, 4, 4, 4, 3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1]);
  });

  it('under twenty people everybody is null, and says so in canonical JSON', async () => {
    const people = RECENCY.slice(0, 19).map((days) => ({ activeAges: [days], amount: 10 }));
    await rfmBuild(connections.clickhouse, people, { runId: 'rfm-few', asOfDate: '2026-11-23' });
    const rows = await rowsOf('rfm-few');
    expect(rows).toHaveLength(19);
    expect(new Set(rows.map(({ values }) => values))).toEqual(
      new Set(['{"f":null,"m":null,"r":null,"rfm":null,"segment":null}']),
    );
  });

  it('publishes scores, their text and the segment, and no score', async () => {
    const people = RECENCY.map((days) => ({ activeAges: [days, 90], amount: days }));
    await rfmBuild(connections.clickhouse, people, { runId: 'rfm-values', asOfDate: '2026-11-23' });
    const [first] = await rowsOf('rfm-values');
    expect(first).toEqual({
      entity_id: 'u000',
      score: null,
      values: expect.stringMatching(/^\{"f":\d,"m":1,"r":5,"rfm":"5\d1","segment":"\w+"\}$/) as string,
    });
  });

  it('cut points hold for the month of its first run, and the next month freezes others', async () => {
    const [first = [], second = [], third = []] = fc.sample(population, { numRuns: 3, seed: testSeed() });
    const { clickhouse } = connections;
    const november = rfmByHand(first, LOOK_BACK);
    await rfmBuild(clickhouse, first, { runId: 'rfm-m1', asOfDate: '2026-11-01' });
    await rfmBuild(clickhouse, second, { runId: 'rfm-m2', asOfDate: '2026-11-02', previousRunId: 'rfm-m1' });
    await rfmBuild(clickhouse, third, { runId: 'rfm-m3', asOfDate: '2026-11-30', previousRunId: 'rfm-m2' });
    await rfmBuild(clickhouse, third, { runId: 'rfm-m4', asOfDate: '2026-12-01', previousRunId: 'rfm-m3' });
    expect(await scoresOf('rfm-m1')).toEqual(named(november.scores));
    expect(await scoresOf('rfm-m2')).toEqual(named(rfmByHand(second, LOOK_BACK, november.points).scores));
    expect(await scoresOf('rfm-m3')).toEqual(named(rfmByHand(third, LOOK_BACK, november.points).scores));
    expect(await scoresOf('rfm-m4')).toEqual(named(rfmByHand(third, LOOK_BACK).scores));
  });

  it('explains a score that moved with the cut points, and says nothing within a month', async () => {
    const { clickhouse } = connections;
    const often = RECENCY.map(() => ({ activeAges: [1, 2, 3, 4], amount: null }));
    const seldom = RECENCY.map((_, index) => ({ activeAges: index === 0 ? [1, 2, 3, 4] : [1], amount: null }));
    await rfmBuild(clickhouse, often, { runId: 'rfm-x1', asOfDate: '2026-11-29' });
    await rfmBuild(clickhouse, seldom, { runId: 'rfm-x2', asOfDate: '2026-11-30', previousRunId: 'rfm-x1' });
    await rfmBuild(clickhouse, seldom, { runId: 'rfm-x3', asOfDate: '2026-12-01', previousRunId: 'rfm-x2' });
    const remarksOf = (runId: string, previous: string): Promise<{ remark: string }[]> =>
      clickhouse.query(modelSql(findModel('rfm'), 'sql/remarks.sql'), {
        run_id: runId,
        previous,
        entity: rfmPersonId(0),
      });
    expect(await remarksOf('rfm-x2', 'rfm-x1')).toEqual([]);
    expect(await remarksOf('rfm-x3', 'rfm-x2')).toEqual([
      { remark: expect.stringContaining('cut points moved: F is 5 and was 3') as string },
    ]);
  });
});
