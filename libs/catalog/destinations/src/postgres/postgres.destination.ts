import type { FieldValue } from '@millrace/contract-delivery';

import { ANY_TYPE, defineDestination, type CurrentValues, type ReadBack } from '../destination';
import { quoted } from './identifiers';
import { load } from './load-rows';
import { mappingProblem, prepareTables } from './prepare-tables';
import { readSinkAnswer } from './read-sink-answer';
import { postgresSettings, tableOf, targetOf, type PostgresSettings } from './settings';
import { encodeRecord, outcomesOf, readMark, writeBatch } from './write-batch';

/** Tables in PostgreSQL: exactly once by (plan, chunk), since what stands for a batch is written with it. */
export const postgres = defineDestination<PostgresSettings>({
  kind: 'postgres',
  title: 'PostgreSQL',
  settings: postgresSettings,
  guarantee: 'exactly_once',
  account: ({ host, port, database, user }) => `${user}@${host}:${port}/${database}`,
  limits: ({ concurrency }) => [{ name: 'transactions', kind: 'at_once', calls: concurrency }],
  objects: {
    '*': {
      of: ['person', 'account'],
      match: ['email', 'id', 'crm_id'],
      modes: ['update', 'upsert', 'create'],
      fields: {},
      others: {
        name: /^(?!millrace_)[a-z_][a-z0-9_]{0,62}$/,
        inWords:
          'a column name of a-z, 0-9 and _, 63 characters at most, that does not begin with a digit or millrace_',
        takes: ANY_TYPE,
      },
    },
  },
  timeoutMs: ({ timeout_seconds }) => timeout_seconds * 1000,
  allowsPrivateAddresses: ({ allow_private_addresses }) => allow_private_addresses,
  routes: ({ max_records }) => [
    {
      name: 'copy',
      cut: { maxRecords: max_records, maxBytes: 64 * 1024 * 1024 },
      dedupeBy: 'match_key',
      keepsNewer: true,
      encode: encodeRecord,
      deliver: async (batch, settings, { sink }) =>
        readSinkAnswer(
          await sink.transaction(targetOf(settings), (session) => writeBatch(session, batch, settings)),
          (outcomes) => ({ kind: 'records', outcomes }),
        ),
      // The mark is there or not; a commit still under way lets a repeated send wait, so that nothing is written twice.
      reconcile: async (batch, settings, { sink }) =>
        readSinkAnswer(
          await sink.transaction(targetOf(settings), (session) => readMark(session, batch, settings)),
          (mark) =>
            mark === undefined
              ? { kind: 'retryable', detail: 'Read back: the batch is not there' }
              : { kind: 'records', outcomes: outcomesOf(batch, mark) },
        ),
    },
  ],
  prepare: async (settings, { sink }, mapped) => {
    const problem = mappingProblem(settings, mapped);
    if (problem !== null) return problem;
    const answer = await sink.transaction(targetOf(settings), (session) => prepareTables(session, settings, mapped));
    return answer.kind === 'done' ? answer.result : answer.detail;
  },
  readBack: async (keys, fields, settings, { object, match }, { sink }) => {
    const columns = fields.map((name) => quoted(name)).join(', ');
    const key = quoted(match);
    const statement = `select ${key}::text as match_key, to_jsonb(r) as found
      from (select ${[key, columns].filter(Boolean).join(', ')}
        from ${quoted(settings.schema, tableOf(settings, object))} where ${key} = any($1)) r`;
    const answer = await sink.transaction(targetOf(settings), (session) => session.query(statement, [keys]));
    const read = readSinkAnswer(answer, (rows): ReadBack => ({
      kind: 'values',
      records: rows.map((row) => currentValues(row, fields)),
    }));
    return read.kind === 'batch_rejected' ? { kind: 'paused', detail: read.detail } : read;
  },
  load,
});

function currentValues(row: Readonly<Record<string, unknown>>, fields: readonly string[]): CurrentValues {
  const found = row['found'] as Readonly<Record<string, unknown>>;
  return {
    match_key: String(row['match_key']),
    values: Object.fromEntries(fields.map((name) => [name, fieldValue(found[name])])),
  };
}

/** Columns that somebody else made may hold anything. */
function fieldValue(value: unknown): FieldValue {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
  if (typeof value === 'object') return JSON.stringify(value);
  return value as string | number | boolean;
}
