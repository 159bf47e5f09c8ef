import { filesBelow, read } from './guard/files';

const LIST = 'libs/catalog/sources/src/row-reasons.ts';
const GUIDE = 'docs/guide/people-and-accounts.md';

const LISTED = [...read(LIST).matchAll(/^ {2}'([a-z_]+)',$/gm)].map(([, reason = '']) => reason);
const [, SECTION = ''] = read(GUIDE).split('\n## Why a row is rejected\n');
/** Cells of each row of the table. */
const TOLD = (SECTION.split('\n## ')[0] ?? '')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
const CODE = filesBelow('libs/catalog/sources/src', 'apps/collector/src')
  .filter((path) => path.endsWith('.ts') && !path.includes('.spec.') && path !== LIST)
  .map(read)
  .join('\n');

it('the guide tells of every reason for which a row is rejected, and of no other, in the order of the list', () => {
  expect(LISTED.length).toBeGreaterThan(20);
  expect(TOLD.map(([reason]) => reason)).toEqual(LISTED.map((reason) => `\`${reason}\``));
});

it.each(TOLD)('%s has where it is met, what it means and how to mend it', (...cells) => {
  expect(cells).toHaveLength(4);
  expect(cells.filter((cell) => cell === '')).toEqual([]);
});

it.each(LISTED)('%s is given by production code', (reason) => {
  expect(CODE).toContain(`'${reason}'`);
});
