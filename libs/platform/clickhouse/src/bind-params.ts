import { TupleParam, type ClickHouseSettings } from '@clickhouse/client';

/** A request's field may have 128 KiB as it is encoded in the URL (http_max_field_value_size), a proxy often allows less. */
const LONGEST_FIELD = 16 * 1024;
/** ClickHouse's own. Bytes. */
const USUAL_QUERY_SIZE = 262_144;
const PLACE = /\{\s*([A-Za-z_]\w*)\s*:\s*([^{}]+?)\s*\}/g;

export interface BoundQuery {
  readonly sql: string;
  readonly params: Record<string, unknown>;
  readonly settings: ClickHouseSettings;
}

type Row = readonly (number | string)[];

/**
 * Makes rows, which are lists of numbers and texts, tuples where the query says `{name: Array(Tuple(...))}`. Long ones stand in the
 * text of the query, as a text that is cast: the fields of a request do not hold them.
 */
export function bindParams(sql: string, params: Readonly<Record<string, unknown>>): BoundQuery {
  const bound: Record<string, unknown> = { ...params };
  const nested = Object.entries(params).filter((entry): entry is [string, readonly Row[]] => isNested(entry[1]));
  if (nested.length === 0) return { sql, params: bound, settings: {} };
  const types = new Map([...sql.matchAll(PLACE)].map(([, name = '', type = '']) => [name, type]));
  const literals = new Map<string, string>();
  for (const [name, rows] of nested) {
    const type = types.get(name) ?? '';
    if (!type.startsWith('Array(Tuple(')) continue;
    const text = `[${rows.map((row) => `(${row.map(textOf).join(',')})`).join(',')}]`;
    if (text.length <= LONGEST_FIELD) {
      bound[name] = rows.map((row) => new TupleParam([...row]));
    } else {
      literals.set(name, `cast(${quoted(text)}, ${quoted(type)})`);
      delete bound[name];
    }
  }
  if (literals.size === 0) return { sql, params: bound, settings: {} };
  const text = sql.replace(PLACE, (place, name: string) => literals.get(name) ?? place);
  return { sql: text, params: bound, settings: { max_query_size: String(USUAL_QUERY_SIZE + Buffer.byteLength(text)) } };
}

const isNested = (value: unknown): boolean => Array.isArray(value) && Array.isArray(value[0]);

const textOf = (value: number | string): string => (typeof value === 'number' ? String(value) : quoted(value));

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
