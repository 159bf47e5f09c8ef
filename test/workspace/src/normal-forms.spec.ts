import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const ROOT = join(__dirname, '../../..');
const LIBRARY = 'libs/identity/';
/** What specs and generated companies say is data, not a rule. */
const NOT_PRODUCTION = /\.spec\.ts$|\/(testing|spec-support|fixtures)\/|^libs\/simulation\//;

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (['node_modules', 'dist'].includes(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });

const SOURCES = ['apps', 'libs', 'config', 'deploy']
  .flatMap((folder) => filesBelow(join(ROOT, folder)))
  .map((path) => relative(ROOT, path))
  .filter(
    (path) => /\.(ts|sql|ya?ml|json|txt|csv)$/.test(path) && !path.startsWith(LIBRARY) && !NOT_PRODUCTION.test(path),
  )
  .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));

interface Rule {
  readonly what: string;
  readonly isBroken: (text: string) => boolean;
  /** Files that may, each with why. May only shrink. */
  readonly allowed: Readonly<Record<string, string>>;
}

const FREE_MAIL = ['gmail.com', 'hotmail.com', 'outlook.com', 'yahoo.com', 'gmx.net', 'icloud.com', 'mailinator.com'];
const matching =
  (...patterns: readonly RegExp[]) =>
  (text: string): boolean =>
    patterns.some((pattern) => pattern.test(text));

const RULES: readonly Rule[] = [
  {
    what: 'a list of free-mail or disposable domains',
    isBroken: (text) => FREE_MAIL.filter((domain) => text.includes(domain)).length > 1,
    allowed: {},
  },
  {
    what: 'a package that the library is made of',
    isBroken: matching(
      /from '(tldts|email-providers|disposable-email-domains|libphonenumber-js\S*)'/,
      /\bdomainTo(ASCII|Unicode)\b/,
    ),
    allowed: { 'apps/windowing/src/sealing/enrich/first-forms.ts': 'how steps of version 1 were sealed' },
  },
  {
    what: 'a normal form of e-mails or domains',
    isBroken: matching(
      /\b\w*(mail|domain)\w*(\)|\?|!)*\.(trim|toLowerCase|normalize)\(/i,
      /\b(lower|lowerUTF8|trim|trimBoth|normalizeUTF8NFC)\([^)]*(mail|domain)/i,
      /\bcutToFirstSignificantSubdomain|\bfirstSignificantSubdomain/,
    ),
    allowed: {
      'apps/windowing/src/sealing/enrich/first-forms.ts': 'how steps of version 1 were sealed',
      'apps/windowing/src/sealing/enrich/current-forms.ts': 'of plain addresses, proven equal by a spec',
      'apps/windowing/src/sealing/attempt/row-expressions.ts': 'the text that the library is asked about',
    },
  },
  {
    what: 'an address taken apart',
    isBroken: matching(/\.(split|indexOf|lastIndexOf)\('@'\)/, /splitBy(Char|String)\('@'/),
    allowed: {
      'apps/windowing/src/sealing/enrich/first-forms.ts': 'how steps of version 1 were sealed',
      'apps/windowing/src/sealing/enrich/current-forms.ts': 'of plain addresses, proven equal by a spec',
      'libs/catalog/models/src/people_as_of/sql/email-domains.sql': 'the text that the library is asked about',
      'libs/catalog/models/src/people_as_of/sql/people.sql': 'the text that the library was asked about',
    },
  },
  {
    what: 'a list of words that are nobody',
    isBroken: matching(/'undefined',[^;]*'(null|none|anonymous)'/s, /'(null|none|anonymous)',[^;]*'undefined'/s),
    allowed: {},
  },
];

it.each(RULES)('only the library has $what', ({ isBroken, allowed }) => {
  const found = SOURCES.filter(({ text }) => isBroken(text)).map(({ path }) => path);
  expect(found.sort()).toEqual(Object.keys(allowed).sort());
});

it('looks at the services, their SQL and their settings', () => {
  const paths = SOURCES.map(({ path }) => path);
  for (const part of ['apps/sync/', '.sql', 'config/models/lead_score.yaml', 'libs/contracts/signal/']) {
    expect(paths.some((path) => path.includes(part))).toBe(true);
  }
});
