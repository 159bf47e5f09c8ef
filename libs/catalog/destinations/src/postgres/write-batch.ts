import type { DeliveryRecord } from '@millrace/contract-delivery';

import type { RecordOutcome, Refusal, WireBatch } from '../destination';
import type { SqlSession } from '../sink';
import { requestKeyOf } from '../wire/request-key';
import { asText, quoted } from './identifiers';
import { tableOf, type PostgresSettings } from './settings';
import { asOfColumn, DELIVERIES, DELIVERIES_KEY } from './tables';

/** Of the session; emptied by each commit. */
const STAGING = 'pg_temp.millrace_batch';
/** Neither is text to PostgreSQL. */
const NOT_TEXT = /[\0\p{Surrogate}]/u;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

const copyText = (text: string): string => text.replace(/[\\\t\n\r]/g, (found) => ESCAPES[found] ?? found);

/** A line of COPY: key, record, fields as JSON. */
export function encodeRecord({ record_id, match_key, fields }: DeliveryRecord): string | Refusal {
  const texts = [record_id, match_key, ...Object.values(fields).flat()];
  if (texts.some((one) => typeof one === 'string' && NOT_TEXT.test(one))) {
    return { refused: 'A text holds a NUL or half a character, which PostgreSQL does not store' };
  }
  return [match_key, record_id, JSON.stringify(fields)].map(copyText).join('\t');
}

/**
 * Writes a batch and what stands for it in one transaction, so that the second time finds it and answers the same. A row that has
 * a newer instant is left as it is.
 */
export async function writeBatch(
  session: SqlSession,
  batch: WireBatch,
  settings: PostgresSettings,
): Promise<readonly RecordOutcome[]> {
  const { context, items } = batch;
  const deliveries = quoted(settings.schema, DELIVERIES);
  // A second sender of the same batch waits here until the first has ended.
  const marked = await session.query(
    `insert into ${deliveries} (${DELIVERIES_KEY.join(', ')}, lane, run_id, as_of, records)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing returning 1`,
    [...markOf(batch), context.lane, context.run_id, instantOf(context.as_of), items.length],
  );
  if (marked.length === 0) return outcomesOf(batch, await readMark(session, batch, settings));

  // Of two records with one key the later one counts.
  const lines = new Map(items.map(({ record, encoded }) => [record.match_key, encoded]));
  await session.query(
    `create temporary table if not exists ${STAGING}
     (match_key text not null, record_id text not null, fields jsonb not null, is_written boolean not null default false)
     on commit delete rows`,
  );
  await session.copyIn(`copy ${STAGING} (match_key, record_id, fields) from stdin`, endedLines(lines.values()));
  await writeStaged(session, batch, settings);
  const notWritten = await readNotWritten(session, batch, settings);
  if (notWritten.length > 0) {
    await session.query(
      `update ${deliveries} set not_accepted = $6 where (${DELIVERIES_KEY.join(', ')}) = ($1, $2, $3, $4, $5)`,
      [...markOf(batch), JSON.stringify(notWritten)],
    );
  }
  return outcomesOf(batch, notWritten);
}

/** What was recorded with the batch; undefined: it was not written. */
export async function readMark(
  session: SqlSession,
  batch: WireBatch,
  { schema }: PostgresSettings,
): Promise<readonly RecordOutcome[] | undefined> {
  const [row] = await session.query(
    `select not_accepted from ${quoted(schema, DELIVERIES)} where (${DELIVERIES_KEY.join(', ')}) = ($1, $2, $3, $4, $5)`,
    markOf(batch),
  );
  return row?.['not_accepted'] as readonly RecordOutcome[] | undefined;
}

/** All are accepted but those named. */
export function outcomesOf({ items }: WireBatch, notAccepted: readonly RecordOutcome[] = []): readonly RecordOutcome[] {
  const named = new Map(notAccepted.map((outcome) => [outcome.record_id, outcome]));
  return items.map(
    ({ record: { record_id } }) => named.get(record_id) ?? { record_id, outcome: 'accepted', detail: '' },
  );
}

async function writeStaged(
  session: SqlSession,
  { items, context }: WireBatch,
  settings: PostgresSettings,
): Promise<void> {
  const { match, mode, lane, as_of, plan_id, run_id } = context;
  const table = quoted(settings.schema, tableOf(settings, context.object));
  const key = quoted(match);
  const asOf = quoted(asOfColumn(lane));
  const fields = [...new Set(items.flatMap(({ record }) => Object.keys(record.fields)))].sort();
  // The table says what type each field is read as.
  const rows = `${STAGING} b cross join lateral jsonb_populate_record(null::${table}, b.fields) r`;
  const own = ['millrace_record_id', asOfColumn(lane), 'millrace_plan_id', 'millrace_run_id', 'millrace_delivered_at'];
  const ownValues = ['b.record_id', '$1::timestamptz', '$2', '$3', 'now()'];
  const values = [instantOf(as_of), plan_id, run_id];
  const writing = (statement: string): Promise<unknown> =>
    session.query(
      `with written as (${statement}) update ${STAGING} b set is_written = true from written where written.key = b.match_key`,
      values,
    );
  if (mode !== 'update') {
    const columns = [key, ...[...fields, ...own].map((name) => quoted(name))];
    const given = ['b.match_key', ...fields.map((name) => `r.${quoted(name)}`), ...ownValues];
    // In the order of keys: two batches that wait for each other's rows are rare then.
    await writing(
      `insert into ${table} as t (${columns.join(', ')}) select ${given.join(', ')} from ${rows} order by b.match_key
       on conflict (${key}) do nothing returning t.${key}::text as key`,
    );
  }
  if (mode !== 'create') {
    // A field that the record does not have is kept, one that is null is cleared.
    const changes = [
      ...fields.map((name) => [
        name,
        `case when b.fields ? ${asText(name)} then r.${quoted(name)} else t.${quoted(name)} end`,
      ]),
      ...own.map((name, at) => [name, ownValues[at] ?? '']),
    ].map(([name = '', value = '']) => `${quoted(name)} = ${value}`);
    await writing(
      `update ${table} t set ${changes.join(', ')} from ${rows}
       where t.${key} = b.match_key and not b.is_written and (t.${asOf} is null or t.${asOf} <= $1::timestamptz)
       returning t.${key}::text as key`,
    );
  }
}

async function readNotWritten(
  session: SqlSession,
  { items, context }: WireBatch,
  settings: PostgresSettings,
): Promise<readonly RecordOutcome[]> {
  const table = quoted(settings.schema, tableOf(settings, context.object));
  const rows = await session.query(
    `select b.match_key, exists (select 1 from ${table} t where t.${quoted(context.match)} = b.match_key) as is_there
     from ${STAGING} b where not b.is_written`,
  );
  const left = new Map(rows.map((row) => [row['match_key'], row['is_there'] === true]));
  const last = new Map(items.map(({ record }) => [record.match_key, record.record_id]));
  return items.flatMap(({ record: { record_id, match_key } }): readonly RecordOutcome[] => {
    if (last.get(match_key) !== record_id) return [{ record_id, outcome: 'superseded', detail: SAME_KEY }];
    const isThere = left.get(match_key);
    if (isThere === undefined) return [];
    if (!isThere) return [{ record_id, outcome: 'rejected', detail: NOT_THERE }];
    return context.mode === 'create'
      ? [{ record_id, outcome: 'rejected', detail: IS_THERE }]
      : [{ record_id, outcome: 'superseded', detail: NEWER }];
  });
}

const SAME_KEY = 'A later record of the batch has the same key';
const NOT_THERE = 'There is no row with this key, and the mode is update';
const IS_THERE = 'There is a row with this key, and the mode is create';
const NEWER = 'The row has newer values';

const markOf = ({ items, context }: WireBatch): readonly unknown[] => [
  ...[context.destination, context.object, context.plan_id, context.chunk],
  requestKeyOf(items),
];

const instantOf = (epochMs: number): string => new Date(epochMs).toISOString();

function* endedLines(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`;
}
