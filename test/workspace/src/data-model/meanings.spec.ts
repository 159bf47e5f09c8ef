import { grainIn } from './declared';
import { keptBelow, ttlInWords, typeInWords } from './in-words';
import { withMeanings, withoutMeaning } from './meanings';
import type { Table } from './read-tables';

const table = (name: string, columns: Readonly<Record<string, string>>, more: Partial<Table> = {}): Table => ({
  name,
  comment: 'x',
  isView: (more.sources ?? []).length > 0,
  hasDoubles: false,
  parameters: [],
  columns: Object.entries(columns).map(([column, comment]) => ({ name: column, type: 'String', comment })),
  orderBy: '',
  partitionBy: '',
  ttl: '',
  sources: [],
  ...more,
});
const meaningsOf = (name: string, tables: readonly Table[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    withMeanings(tables)
      .find((one) => one.name === name)
      ?.columns.map((column) => [column.name, column.comment]) ?? [],
  );

describe('a column without a comment', () => {
  const rows = table('rows', { day: 'Local date', n: 'Count of rows' });
  const notes = table('notes', { day: 'Local date', n: 'Count of notes' });

  it.each<[string, Table, Readonly<Record<string, string>>]>([
    ['means what it means in the source', table('v', { day: '' }, { sources: ['rows'] }), { day: 'Local date' }],
    ['keeps its own comment', table('v', { day: 'Mine' }, { sources: ['rows'] }), { day: 'Mine' }],
    [
      'means nothing where sources differ',
      table('v', { day: '', n: '' }, { sources: ['rows', 'notes'] }),
      { day: 'Local date', n: '' },
    ],
    [
      'means what it means in the table that the view is named after',
      table('notes_of', { n: '' }, { sources: ['rows', 'notes'] }),
      { n: 'Count of notes' },
    ],
    ['means nothing where no source has it', table('v', { x: '' }, { sources: ['rows', 'gone'] }), { x: '' }],
    ['of a table means nothing', table('v', { day: '' }), { day: '' }],
  ])('%s', (_title, view, meanings) => {
    expect(meaningsOf(view.name, [rows, notes, view])).toEqual(meanings);
  });

  it('is found through several views, and named when it is not', () => {
    const tables = [
      rows,
      table('v', { day: '' }, { sources: ['rows'] }),
      table('w', { day: '', x: '' }, { sources: ['v'] }),
    ];
    expect(meaningsOf('w', tables)).toEqual({ day: 'Local date', x: '' });
    expect(withoutMeaning(withMeanings([...tables, table('t', {}, { comment: '' })]))).toEqual(['w.x', 't']);
  });
});

it.each([
  ['written_on + toIntervalDay(400)', '400 days after `written_on`'],
  ['toDateTime(tick) + toIntervalMonth(1)', '1 month after `tick`'],
  [
    "at + toIntervalDay(30), at + toIntervalDay(7) WHERE state != 'send'",
    "30 days after `at`, 7 days after `at` where `state != 'send'`",
  ],
  ['addDays(at, n)', 'until `addDays(at, n)`'],
  ['', ''],
])('the TTL %s is said as %s', (ttl, words) => {
  expect(ttlInWords(ttl)).toBe(words);
});

it.each([
  ["DateTime64(3, 'UTC')", 'DateTime64(3)'],
  ["Array(Tuple(LowCardinality(String), DateTime('UTC')))", 'Array(Tuple(String, DateTime))'],
  ['LowCardinality(Nullable(String))', 'Nullable(String)'],
  ['Map(LowCardinality(String), String)', 'Map(String, String)'],
])('the type %s is said as %s', (type, words) => {
  expect(typeInWords(type)).toBe(words);
});

it('rows of a view are kept as long as those of the tables below it', () => {
  const tables = [
    table('rows', {}, { ttl: 'at + toIntervalDay(2)' }),
    table('rows_trial', {}, { ttl: 'at + toIntervalDay(1)' }),
    table('facts', {}),
    table('inner', {}, { sources: ['rows', 'rows_trial', 'facts'] }),
  ];
  const view = table('outer', {}, { sources: ['inner', 'rows'] });
  expect(keptBelow(view, new Map(tables.map((one) => [one.name, one])))).toBe('2 days after `at` (`rows`)');
});

it.each([
  ['-- Grain: (day, n), newest build.\n', '(day, n), newest build'],
  ['-- Grain: one row (a, b). Landed twice\n-- it is one.\n', 'one row (a, b)'],
  ['-- Why it is here.\n-- Grain: one row, named on\n-- two lines.\n', 'one row, named on two lines'],
  ['-- Grain: one row: select ... from t(n = 1).\n', 'one row: select ... from t(n = 1)'],
  ['-- Why it is here.\n', ''],
])('the grain in %j is %s', (comment, grain) => {
  expect(grainIn(comment)).toBe(grain);
});
