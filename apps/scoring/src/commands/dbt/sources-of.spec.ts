import { sourcesOf, type Relation } from './sources-of';

const relation = (name: string, more: Partial<Relation> = {}): Relation => ({
  name,
  description: `About ${name}.`,
  hasDoubles: false,
  columns: [{ name: 'run_id', type: 'String', description: 'The run' }],
  ...more,
});

const tables = (...relations: Relation[]): Record<string, unknown>[] =>
  (sourcesOf(relations, 'millrace') as { sources: [{ tables: Record<string, unknown>[] }] }).sources[0].tables;

it('descriptions and types are those of ClickHouse', () => {
  expect(tables(relation('acks'))).toEqual([
    {
      name: 'acks',
      description: 'About acks.',
      columns: [{ name: 'run_id', description: 'The run', data_type: 'String' }],
    },
  ]);
});

it('a key of one column is tested at the column, one of several at the table', () => {
  const columns = ['model', 'entity_id', 'score'].map((name) => ({ name, type: 'String', description: name }));
  const [runs, scores] = tables(relation('score_runs'), relation('scores', { columns }));
  expect(runs?.['columns']).toEqual([expect.objectContaining({ data_tests: ['not_null', 'unique'] })]);
  expect(scores?.['data_tests']).toEqual([{ unique: { arguments: { column_name: '(model, entity_id)' } } }]);
});

it('a table whose rows may be there twice is not tested to have each once, and says so', () => {
  const [runs] = tables(relation('score_runs', { hasDoubles: true }));
  expect(JSON.stringify(runs)).not.toContain('unique');
  expect(runs?.['description']).toContain('final');
});

it.each([
  ["DateTime64(3, 'UTC')", 'published_at', true],
  ["Nullable(DateTime64(3, 'UTC'))", 'published_at', false],
  ["DateTime64(3, 'UTC')", 'occurred_at', false],
])('%s %s says how fresh a table is: %s', (type, name, says) => {
  const [table] = tables(relation('a', { columns: [{ name, type, description: '' }] }));
  expect(table?.['config'] !== undefined).toBe(says);
});
