import { listing, table, values } from './table';

describe('a table', () => {
  it('has a header, columns as wide as their widest cell, and numbers to the right', () => {
    expect(
      table(
        ['window', 'sealed', 'state'],
        [
          ['2026', 7, 'open'],
          ['2027-1', 1234, ''],
        ],
      ),
    ).toEqual(['window  sealed  state', '2026         7  open', '2027-1    1234']);
  });

  it.each<[string, string | null | undefined, string]>([
    ['a line break', 'two\r\nlines', 'two lines'],
    ['an escape sequence', '\u001b[2Jgone', ' [2Jgone'],
    ['a separator of lines', 'a\u2028b', 'a b'],
    ['what is missing', null, ''],
    ['a long text', 'x'.repeat(200), `${'x'.repeat(159)}…`],
  ])('keeps %s in its cell', (_what, cell, shown) => {
    expect(table(['detail'], [[cell]])[1]).toBe(shown.trimEnd());
  });

  it('takes more rows than a call takes arguments', () => {
    expect(
      table(
        ['n'],
        Array.from({ length: 200_000 }, (_, n) => [n]),
      ),
    ).toHaveLength(200_001);
  });
});

it('a list with nothing in it says so instead of a lonely header', () => {
  expect(listing(['window'], [], 'no windows')).toEqual(['no windows']);
  expect(listing(['window'], [['2026']], 'no windows')).toEqual(['window', '2026']);
});

it('values are named, in one cell', () => {
  expect(values({ lead_score: 26, lead_grade: 'C', lead_stage: null, reasons: ['a', 'b'] })).toBe(
    'lead_score 26, lead_grade C, lead_stage null, reasons ["a","b"]',
  );
  expect(values({})).toBe('');
});
