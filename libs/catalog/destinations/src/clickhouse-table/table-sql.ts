/** Columns in the order of the table; the JSON lines of a batch have the same names. */
const COLUMNS = [
  ['destination', 'String', 'Name of the destination in the destinations file'],
  ['object', 'String', 'Object of the mapping, such as lead'],
  ['record_id', 'String', 'Person or account'],
  ['match_key', 'String', 'E-mail or id that the mapping matches by'],
  ['lane', 'String', 'batch or urgent'],
  ['reason', 'String', 'Trigger that fired: delta, change, first_non_zero, ...'],
  ['fields', 'String', 'Mapped fields and their values, JSON'],
  ['as_of', "DateTime64(3, 'UTC')", 'Instant that the values speak about'],
  ['plan_id', 'String', 'Hash of the delivery plan'],
  ['run_id', 'String', 'Score run, empty for the urgent lane'],
  ['chunk', 'UInt32', 'Chunk of the plan'],
  ['idempotency_key', 'String', 'Key of this value; a row per key'],
] as const;

const names = COLUMNS.map(([name]) => name).join(', ');

/** Names come from settings that allow word characters only. */
export function createTableSql(table: string): string {
  const columns = COLUMNS.map(([name, type, comment]) => `${name} ${type} comment '${comment}'`);
  return `create table if not exists ${table} (${columns.join(', ')}, inserted_at DateTime64(3, 'UTC') default now64(3) comment 'When the row arrived') engine = ReplacingMergeTree order by (destination, object, record_id, idempotency_key) comment 'Delivered scores, one row a value; read with final'`;
}

/** Rows of the chunk that are there already are left out, so the insert may be repeated. */
export function insertSql(table: string): string {
  const structure = COLUMNS.map(([name, type]) => `${name} ${type.replaceAll("'", "\\'")}`).join(', ');
  return `insert into ${table} (${names}) select ${names} from input('${structure}') where idempotency_key not in (select idempotency_key from ${table} where plan_id = {plan_id: String} and chunk = {chunk: UInt32}) format JSONEachRow`;
}

export function readBackSql(table: string): string {
  return `select distinct idempotency_key from ${table} where plan_id = {plan_id: String} and chunk = {chunk: UInt32} format TabSeparatedRaw`;
}
