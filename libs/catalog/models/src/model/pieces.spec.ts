import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { assertPieces, fillPieces } from './pieces';

const folder = mkdtempSync(join(tmpdir(), 'pieces-'));
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'sql/more'), { recursive: true });
const write = (file: string, sql: string): string => {
  writeFileSync(join(folder, file), sql);
  return join(folder, file);
};
write('sql/rows.sql', 'select {{points}} from days where day < {as_of_date: Date}');
const points = write('points.sql', '1 as points\n');
const nested = write('nested.sql', '{{points}}');
const model = (fragments?: Record<string, string>) => ({ name: 'm', folder, ...(fragments && { fragments }) });

it('a piece stands in the SQL where its name did, and bound parameters stay', () => {
  const filled = fillPieces(
    model({ points }),
    'sql/rows.sql',
    'select {{points}} from days where x = {x: UInt8}',
    () => '1\n',
  );
  expect(filled).toBe('select 1 from days where x = {x: UInt8}');
});

it('a place that nothing fills is refused with the file', () => {
  const fill = (): string => fillPieces(model(), 'sql/rows.sql', 'select {{points}}', () => '');
  expect(fill).toThrow('m: sql/rows.sql has {{points}}, which no fragment fills');
});

it('models whose SQL and fragments fit start', () => {
  expect(() => assertPieces([model({ points })])).not.toThrow();
});

it.each([
  ['an unknown piece', undefined, 'm: sql/rows.sql has {{points}}, which no fragment fills'],
  ['an unused piece', { points, days: points }, 'm: no SQL has {{days}}, which a fragment fills'],
  ['a file that is missing', { points: join(folder, 'none.sql') }, 'm: none.sql does not exist'],
  ['a piece within a piece', { points: nested }, 'm: nested.sql is a fragment and has a place of its own'],
])('%s is an error at start', (_what, fragments, message) => {
  const start = (): void => assertPieces([model(fragments)]);
  expect(start).toThrow(expect.objectContaining({ name: 'ConfigError', code: 'MODEL_INVALID' }));
  expect(start).toThrow(message);
});

it('SQL in folders below is looked at, too', () => {
  const file = write('sql/more/other.sql', 'select {{others}}');
  expect(() => assertPieces([model({ points })])).toThrow('m: sql/more/other.sql has {{others}}');
  rmSync(file);
});
