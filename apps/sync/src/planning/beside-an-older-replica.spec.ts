import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { readScoreDecision } from '@millrace/contract-score';
import { decisionOf } from '@millrace/platform-kafka';

import { takesPlanRecord, takesScoreDecision } from '../testing/rule-of-e878759';
import { readPlanRecord } from './plan-log';

interface Logged {
  readonly key: string | null;
  readonly value: string;
}

const CONTRACTS = join(__dirname, '../../../../libs/contracts');
const recorded = (path: string): Logged[] =>
  readFileSync(join(CONTRACTS, path), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Logged);

/** Where the first decision of every key is, by a rule of what a decision is. */
function winnersOf(log: readonly Logged[], keyOf: (record: Logged) => string | undefined): Map<string, number> {
  const winners = new Map<string, number>();
  log.forEach((record, offset) => {
    const key = keyOf(record);
    if (key !== undefined && !winners.has(key)) winners.set(key, offset);
  });
  return winners;
}
const byTodaysRule = ({ key, value }: Logged): string | undefined =>
  decisionOf({ key: key === null ? null : Buffer.from(key), value: Buffer.from(value) })?.[0];
const byOldRule =
  (takes: (value: string) => boolean) =>
  ({ key, value }: Logged): string | undefined =>
    key !== null && takes(value) ? key : undefined;

const change = ({ key, value }: Logged, by: object, suffix = ''): Logged => ({
  key: `${key}${suffix}`,
  value: JSON.stringify({ ...(JSON.parse(value) as object), ...by }),
});
const SECOND = {
  v: 2,
  purpose: 'publish',
  inputs: { head: { kind: 'step', step: 3 }, previous: { kind: 'run', run_id: null }, plan: { kind: 'other', n: 1 } },
  fields: ['score', 'grade'],
  events: { count: 1, checksum: 'c' },
};
const garbage: Logged[] = [
  { key: 'run:garbage', value: 'not json' },
  { key: 'run:garbage', value: '[1]' },
  { key: 'run:garbage', value: 'null' },
  { key: null, value: '{"kind":"run"}' },
];

describe.each([
  { log: 'scores.published.v1', path: 'score/src/fixtures/scores.published.v1.jsonl', takes: takesScoreDecision },
  { log: 'deliveries.plans.v1', path: 'delivery/src/fixtures/deliveries.plans.v1.jsonl', takes: takesPlanRecord },
])('a replica of e878759 and one of today see the same winners of $log', ({ path, takes }) => {
  const records = recorded(path);
  const expectSame = (log: readonly Logged[]): number => {
    const winners = winnersOf(log, byTodaysRule);
    expect(winners).toEqual(winnersOf(log, byOldRule(takes)));
    return winners.size;
  };

  it('as recorded', () => {
    const keys = new Set(records.map(({ key }) => key));
    expect(expectSame(records)).toBe(keys.size);
  });

  it('with every record again, garbage between, and records of version 2, first and late', () => {
    const isLong = ({ value }: Logged): boolean => /"kind":"(run|plan)"/.test(value);
    const second = records.filter(isLong).map((record) => change(record, SECOND, '-2'));
    const late = records.filter(isLong).map((record) => change(record, SECOND));
    const log = [...garbage, ...second, ...records, ...late, ...garbage, ...records];
    expect(expectSame(log)).toBe(new Set([...records, ...second].map(({ key }) => key)).size);
  });
});

describe('what only a version of today takes for a decision', () => {
  const run = recorded('score/src/fixtures/scores.published.v1.jsonl').find(({ value }) => value.includes('"run"'));
  const scores = (by: object): Logged => change(run as Logged, by);

  it.each([
    ['a run of conversions', scores({ entity_kind: 'conversion' })],
    ['a kind that is new', { key: 'approval:1', value: '{"kind":"approval"}' }],
    ['content that is not its kind’s', scores({ rows: -1 })],
  ])('%s: readers are released before writers', (_name, record) => {
    expect(takesScoreDecision(record.value)).toBe(false);
    expect(byTodaysRule(record)).toBe(record.key);
  });

  it('is read, ignored or refused by its reader', () => {
    const read = ({ value }: Logged) => readScoreDecision(JSON.parse(value) as Record<string, unknown>);
    expect(read(scores({ entity_kind: 'conversion' }))).toMatchObject({ entity_kind: 'conversion' });
    expect(read({ key: 'approval:1', value: '{"kind":"approval"}' })).toBeUndefined();
    expect(() => read(scores({ rows: -1 }))).toThrow();
    expect(readPlanRecord({ kind: 'approval' })).toBeUndefined();
    expect(() => readPlanRecord({ kind: 'dispatched' })).toThrow();
  });
});
