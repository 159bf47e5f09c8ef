import { arrangePages, baseOf, type DeclaredTable, type Page } from './arrange-pages';
import type { Declared } from './declared';
import { INTERNAL } from './groups';
import { keptBelow, ttlInWords, typeInWords } from './in-words';
import type { Table } from './read-tables';

export const COMMAND = 'npm run docs:data-model';

export interface Pages {
  /** By file name below `docs/data-model`. */
  readonly pages: ReadonlyMap<string, string>;
  /** What stands in `docs/data-model.md`: every table and view that is not internal. */
  readonly index: string;
}

type ByName = ReadonlyMap<string, Table>;

/** Tables with their meanings, as Markdown. */
export function writePages(tables: readonly Table[], declared: ReadonlyMap<string, Declared>): Pages {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const pages = arrangePages(tables, declared);
  return {
    pages: new Map(pages.map((page) => [`${page.page}.md`, writePage(page, byName)])),
    index: blocks(pages.filter(({ page }) => page !== INTERNAL.page).map(writeIndex)),
  };
}

function writePage({ title, about, sections }: Page, byName: ByName): string {
  const written = sections.map(({ owner, tables }) =>
    owner === undefined
      ? blocks(tables.map((table) => writeTable(table, '##', byName)))
      : blocks([`## ${owner}`, ...tables.map((table) => writeTable(table, '###', byName))]),
  );
  const origin = `<!-- Written by \`${COMMAND}\` from the comments in ClickHouse: change those, by a migration. -->`;
  return `${blocks([origin, `# ${title}`, `${about} Back to the [data model](../data-model.md).`, ...written])}\n`;
}

function writeIndex({ page, title, about, sections }: Page): string {
  const link = `data-model/${page}.md`;
  const rows = sections.flatMap(({ tables }) =>
    tables.map(({ name, grain, comment }) => [`[\`${name}\`](${link}#${name})`, plain(grain), plain(comment)]),
  );
  return blocks([`### [${title}](${link})`, about, grid(['table or view', 'a row is', 'it holds'], rows)]);
}

const writeTable = (table: DeclaredTable, level: string, byName: ByName): string =>
  blocks([
    `${level} ${table.name}`,
    `${plain(table.comment)}.`,
    writeFacts(table, byName),
    writeColumns(table, byName),
  ]);

/** What to know before reading it. */
function writeFacts(table: DeclaredTable, byName: ByName): string {
  const takes = table.parameters.map(({ name, type }) => `\`${name}\` (${typeInWords(type)})`).join(', ');
  const partition = table.partitionBy === '' ? '' : `, partitioned by \`${table.partitionBy}\``;
  const kept = table.isView ? keptBelow(table, byName) : ttlInWords(table.ttl);
  const facts = [
    table.grain !== '' && `A row is: ${plain(table.grain)}`,
    takes !== '' && `Takes ${takes}`,
    table.hasDoubles && 'Read with `final`: a row may be there twice until a merge',
    table.orderBy !== '' && `Ordered by \`${table.orderBy}\`${partition}`,
    kept !== '' && `${table.isView ? 'Reads rows that are' : 'Rows are'} kept ${kept}`,
  ];
  return facts.flatMap((fact) => (fact === false ? [] : [`- ${fact}`])).join('\n');
}

function writeColumns({ name, columns }: Table, byName: ByName): string {
  const base = byName.get(baseOf(name));
  if (base !== undefined && base.name !== name && JSON.stringify(base.columns) === JSON.stringify(columns)) {
    return `Its columns are those of [\`${base.name}\`](#${base.name}).`;
  }
  return grid(
    ['column', 'type', 'meaning'],
    columns.map((column) => [`\`${column.name}\``, typeInWords(column.type), plain(column.comment)]),
  );
}

const grid = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [`| ${head.join(' | ')} |`, `|${'---|'.repeat(head.length)}`, ...rows.map((row) => `| ${row.join(' | ')} |`)].join(
    '\n',
  );

const blocks = (texts: readonly string[]): string => texts.filter((text) => text !== '').join('\n\n');

/** Text that means nothing to Markdown, on one line. */
const plain = (text: string): string =>
  text
    .replace(/[\\|*]/g, '\\$&')
    .replace(/</g, '&lt;')
    .replace(/\n/g, ' ');
