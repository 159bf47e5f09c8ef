import { compare, HOLDS, type AllowList } from './guard/allow-list';
import { isNamed, itemsOf, type Item } from './guard/catalogue';
import { filesBelow, isTestCode, read } from './guard/files';

/** May only shrink: the catalogues are done when it is empty. */
const ALLOWED: AllowList = {
  // What was applied cannot be edited; the tables are dropped by the models' own migrations.
  history: [
    'apps/scoring/src/migrations/0002_create_person_days.sql: identities',
    'apps/scoring/src/migrations/0002_create_person_days.sql: person_days',
    'apps/scoring/src/migrations/0006_create_run_identities.sql: identities',
    'apps/scoring/src/migrations/0007_replace_person_days.sql: person_days',
    // A column of that name, older than the model.
    'apps/scoring/src/migrations/0002_create_person_days.sql: sessions',
    'apps/scoring/src/migrations/0007_replace_person_days.sql: sessions',
  ],
};

const items = itemsOf(
  filesBelow('libs/catalog'),
  read,
  filesBelow('apps', 'libs')
    .filter((path) => /\/migrations\/.*\.sql$/.test(path))
    .map(read),
);

it('no production file of an app names an item of a catalogue', () => {
  const files = filesBelow('apps').filter((path) => /\/src\/.*\.(ts|sql)$/.test(path) && !isTestCode(path));
  const named = files.flatMap((path) => {
    const text = read(path);
    return items.filter((item) => isNamed(item, path, text)).map(({ name }) => `${path}: ${name}`);
  });
  expect(compare(named, ALLOWED)).toEqual(HOLDS);
});

it('finds the items that there are', () => {
  expect(items.map(({ catalogue, name }) => `${catalogue}/${name}`)).toEqual(
    expect.arrayContaining(['destinations/webhook', 'models/lead_score', 'models/person_days', 'sources/segment']),
  );
});

describe('an item', () => {
  const [days, segment] = itemsOf(
    ['libs/catalog/models/src/web_days/web-days.model.ts', 'libs/catalog/sources/src/segment/segment.source.ts'],
    (path) =>
      path.includes('sources')
        ? "export { segment, type Call as SegmentCall } from './segment/segment.source';\nexport { read } from './read';"
        : "export type { Row } from './web_days/web-days.model';",
    ['create table web_day_rows (x UInt8); create table segments (x UInt8); create table days (x UInt8)'],
  ) as [Item, Item];

  it.each([
    ['its name', days, "const a = 'web_days';"],
    ['its name in another form', days, 'const webDays = 1;'],
    ['its name within another', days, 'WEB_DAY_CRON: z.string(),'],
    ['its name in a comment', days, '// as web_days does'],
    ['its table', segment, 'select 1 from segments'],
    ['what its folder exports', segment, "import { read, segment } from '@millrace/catalog-sources';"],
    ['a type that its folder exports', days, "import type { Row } from '@millrace/catalog-models';"],
    ['its one word as a text', segment, "const a = { type: 'segment' };"],
  ])('is named by %s', (_what, item, text) => {
    expect(isNamed(item, 'apps/x/src/x.ts', text)).toBe(true);
  });

  it('is named by the path of a file', () => {
    expect(isNamed(days, 'apps/x/src/run-web-days.ts', '')).toBe(true);
  });

  it.each([
    ['a word that is its name as well', segment, 'const segment = path.split("/").at(-1);'],
    ['what the catalogue exports from elsewhere', segment, "import { read } from '@millrace/catalog-sources';"],
    ['what another library exports', segment, "import { segment } from '@millrace/contract-signal';"],
    ['a table of another', days, 'select 1 from days'],
  ])('is not named by %s', (_what, item, text) => {
    expect(isNamed(item, 'apps/x/src/x.ts', text)).toBe(false);
  });
});
