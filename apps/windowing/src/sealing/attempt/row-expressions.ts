/**
 * SQL over a landed row that several queries share, so that what is enriched is exactly what is joined. `{{name}}` in a .sql
 * file stands for one of these.
 */
export const ROW_EXPRESSIONS: Readonly<Record<string, string>> = {
  domain_expression: "lowerUTF8(trimBoth(ifNull(domain, '')))",
  url_path_expression: "path(ifNull(url, ''))",
};

/** Every stored column of the first sealed rows that a checksum covers, in order. Not the step and the attempt: replay has its own. */
export const CHECKSUM_COLUMNS = [
  'window_start',
  'topic',
  'topic_epoch',
  'partition',
  'offset',
  'appended_at',
  'schema_id',
  'is_late',
  'signal_id',
  'type',
  'source',
  'occurred_at',
  'received_at',
  'anonymous_id',
  'user_id',
  'email',
  'account_id',
  'domain',
  'session_id',
  'url',
  'referrer',
  'country',
  'user_agent',
  'value',
  'properties',
  'email_normalized',
  'email_domain',
  'is_free_mail',
  'is_disposable',
  'company_domain',
  'is_bot',
  'url_path',
] as const;

/** Columns that older rows do not have. A row without a value has the checksum of before: digests of older steps stay. */
const LATER_COLUMNS = ['key_kind'] as const;

/** Inside a tuple the hash tells NULL from '' and ('a', 'bc') from ('ab', 'c'). */
export const ROW_CHECKSUM = LATER_COLUMNS.reduce(
  (hash, column) => `if(${column} is null, ${hash}, cityHash64(${hash}, '${column}', assumeNotNull(${column})))`,
  `cityHash64(tuple(${CHECKSUM_COLUMNS.join(', ')}))`,
);

/** Fills the `{{name}}` places of a query; throws when one is left. */
export function fillQuery(sql: string, pieces: Readonly<Record<string, string>>): string {
  const all: Readonly<Record<string, string>> = { ...ROW_EXPRESSIONS, row_checksum: ROW_CHECKSUM, ...pieces };
  return sql.replace(/\{\{(\w+)\}\}/g, (_whole, name: string) => {
    const piece = all[name];
    if (piece === undefined) throw new RangeError(`nothing fills {{${name}}}`);
    return piece;
  });
}
