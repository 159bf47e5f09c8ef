import { changedParts } from './run-load';
import { loadProblems } from './load-problems';
import { newestTick } from './newest-tick';
import { loadTypeOf } from './view-table';

const at = (iso: string): number => Date.parse(iso);

it.each([
  ['0 */4 * * *', '2026-01-05T13:30:00Z', '2026-01-05T13:00:00Z'],
  ['0 */4 * * *', '2026-01-05T13:00:00Z', '2026-01-05T13:00:00Z'],
  ['0 */4 * * *', '2026-01-05T12:59:59.999Z', '2026-01-05T09:00:00Z'],
  // The clock goes from 02:00 to 03:00: local 04:00 is 08:00 of UTC, not 09:00.
  ['0 */4 * * *', '2026-03-08T08:30:00Z', '2026-03-08T08:00:00Z'],
  ['30 2 * * 1', '2026-01-07T00:00:00Z', '2026-01-05T07:30:00Z'],
])('the newest tick of %s in New York at %s is %s', (cron, now, expected) => {
  expect(newestTick(cron, 'America/New_York', at(now))).toBe(at(expected));
});

it('changes what has another build, and removes what is gone, in order', () => {
  const wanted = new Map([
    ['2026-01-03', 'c'],
    ['2026-01-01', 'a'],
    ['2026-01-02', 'b2'],
  ]);
  const there = new Map([
    ['2026-01-01', 'a'],
    ['2026-01-02', 'b'],
    ['2025-12-31', 'z'],
  ]);
  expect(changedParts(wanted, there)).toEqual([
    { part: '2026-01-02', build: 'b2' },
    { part: '2026-01-03', build: 'c' },
    { part: '2025-12-31', build: null },
  ]);
  expect(changedParts(there, there)).toEqual([]);
});

it.each([
  ['LowCardinality(Nullable(String))', 'text'],
  ['UInt32', 'integer'],
  ['Nullable(Int64)', 'integer'],
  ['UInt64', 'decimal'],
  ['Decimal(38, 6)', 'decimal'],
  ["DateTime64(3, 'UTC')", 'instant'],
  ['Date', 'date'],
  ['Bool', 'boolean'],
  ['Float64', 'number'],
  ['UUID', 'uuid'],
  ['Array(LowCardinality(String))', 'json'],
  ['Map(String, UInt32)', 'json'],
])('a column of %s holds %s', (type, expected) => {
  expect(loadTypeOf(type)).toBe(expected);
});

const problems = (loads: unknown, kind = 'postgres', objects: unknown[] = []): string[] =>
  loadProblems({ kind, objects, loads }, ['loads']).map(({ path, message }) => `${path.join('.')} ${message}`);

it.each([
  ['a view that cannot be loaded', [{ view: 'person_day' }], /^loads\.0\.view is "person_day".*there is person_days/],
  ['a cron that is none', [{ view: 'person_days', cron: 'daily' }], /^loads\.0\.cron "daily" in UTC is not a schedule/],
  ['a zone that is none', [{ view: 'person_days', zone: 'Mars' }], /in Mars is not a schedule/],
  [
    'two loads into a table',
    [{ view: 'person_days' }, { view: 'score_history', table: 'person_days' }],
    /is of another/,
  ],
])('refuses %s', (_name, loads, message) => {
  expect(problems(loads)).toEqual([expect.stringMatching(message)]);
});

it('refuses a table of an object, and a destination that holds no rows of views', () => {
  expect(problems([{ view: 'person_days', table: 'lead' }], 'postgres', [{ object: 'lead' }])).toHaveLength(1);
  expect(problems([{ view: 'person_days' }], 'webhook')).toEqual([expect.stringMatching(/holds no rows of views/)]);
  expect(problems([{ view: 'person_days' }])).toEqual([]);
});
