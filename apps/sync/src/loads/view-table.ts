import type { LoadColumn, LoadTable, LoadType } from '@millrace/catalog-destinations';
import type { LoadableView } from '@millrace/catalog-models/published';
import type { ClickHouse } from '@millrace/platform-clickhouse';
import { ConfigError } from '@millrace/platform-errors';

/** A view as a table of a warehouse, and how its rows are read. */
export interface ViewTable {
  readonly table: LoadTable;
  /** A select of the rows of `{part}`, a line of tab-separated text each, in the order of the table's columns. */
  readonly rows: string;
}

const NAME = /^[a-z_][a-z0-9_]{0,62}$/;

/** Whole types; the first that fits counts. What is not here is a list or an object. */
const TYPES: readonly (readonly [RegExp, LoadType])[] = [
  [/^Bool$/, 'boolean'],
  [/^(U?Int(8|16|32)|Int64)$/, 'integer'],
  [/^(U?Int(64|128|256)|Decimal\(.*\))$/, 'decimal'],
  [/^Float(32|64)$/, 'number'],
  [/^Date(32)?$/, 'date'],
  [/^DateTime(64)?(\(.*\))?$/, 'instant'],
  [/^UUID$/, 'uuid'],
  [/^(String|FixedString\(.*\)|Enum(8|16)\(.*\)|IPv[46])$/, 'text'],
];

export async function describeView(
  clickhouse: ClickHouse,
  name: string,
  view: string,
  { partColumn, partType }: LoadableView,
): Promise<ViewTable> {
  const found = await clickhouse.query<{ name: string; type: string; comment: string }>(
    `select name, type, comment from system.columns
     where database = currentDatabase() and table = {view: String} and match(name, {name: String})
     order by position`,
    { view, name: NAME.source },
  );
  if (!found.some((column) => column.name === partColumn)) {
    throw new ConfigError(`The view ${view} is not there`, { advice: 'Run millrace deploy, which creates it' });
  }
  const about = await clickhouse.queryOne<{ comment: string }>(
    'select comment from system.tables where database = currentDatabase() and name = {view: String}',
    { view },
  );
  const columns = found.map((column): LoadColumn => {
    return { name: column.name, type: loadTypeOf(column.type), comment: column.comment };
  });
  const values = found.map(({ name: column, type }) => valueOf(column, type)).join(', ');
  return {
    table: { name, view, comment: about?.comment ?? '', columns, partColumn },
    rows: `select ${values} from ${view} where ${partColumn} = {part: ${partType}}`,
  };
}

export const loadTypeOf = (type: string): LoadType =>
  TYPES.find(([pattern]) => pattern.test(bare(type)))?.[1] ?? 'json';

/** Without what says how it is kept and whether it may be null. */
function bare(type: string): string {
  const inner = /^(?:LowCardinality|Nullable)\((.*)\)$/.exec(type)?.[1];
  return inner === undefined ? type : bare(inner);
}

/** Warehouses hold text in UTF-8 without NUL: what is not is replaced, and a NUL is left out. */
const asText = (value: string): string => `replaceAll(toValidUTF8(toString(${value})), '\\0', '')`;

function valueOf(name: string, type: string): string {
  const column = `\`${name}\``;
  const kind = loadTypeOf(type);
  if (kind === 'text') return asText(column);
  if (kind !== 'json') return column;
  const list = /^Array\((.*)\)$/.exec(bare(type))?.[1];
  const isOfText = list !== undefined && loadTypeOf(list) === 'text' && !list.includes('Nullable');
  return `toJSONString(${isOfText ? `arrayMap(one -> ${asText('one')}, ${column})` : column})`;
}
