import type { MatchBy } from '@millrace/contract-delivery';
import type { PublishedType } from '@millrace/contract-score';

import { quoted } from './identifiers';

/** A column as it is created: name, type with constraints, comment. Names and comments are ours or checked identifiers. */
export type Column = readonly [name: string, type: string, comment: string];

/** Fields of a mapping may not begin so: these columns are ours. */
export const OWN_PREFIX = 'millrace_';
export const COLUMN_TYPES = {
  number: 'double precision',
  text: 'text',
  list: 'text[]',
} as const satisfies Record<PublishedType, string>;

const KEY_COMMENTS = {
  email: 'E-mail address by which rows are found',
  id: 'Person or account, by which rows are found',
  crm_id: 'Id in the CRM by which rows are found',
} as const satisfies Record<MatchBy, string>;

/** Beside the key and the fields. */
const OWN_COLUMNS: readonly Column[] = [
  ['millrace_record_id', 'text', 'Person or account'],
  ['millrace_as_of', 'timestamptz', 'Instant that the fields speak about; an older delivery does not overwrite them'],
  ['millrace_urgent_as_of', 'timestamptz', 'The same for urgent_reason, urgent_at and urgent_url'],
  ['millrace_plan_id', 'text', 'Delivery plan that wrote the row last'],
  ['millrace_run_id', 'text', 'Score run of that plan, empty for the urgent lane'],
  ['millrace_delivered_at', 'timestamptz', 'When the row was written last'],
];

/** Each lane writes fields of its own, so each has an instant of its own. */
export const asOfColumn = (lane: string): string => (lane === 'urgent' ? 'millrace_urgent_as_of' : 'millrace_as_of');

/** The column that rows are found by has the name of what they are matched by. */
export const columnsOf = (match: MatchBy, fields: Readonly<Record<string, PublishedType>>): readonly Column[] => [
  [match, 'text primary key', KEY_COMMENTS[match]],
  ...Object.entries(fields).map(([name, type]): Column => [
    name,
    COLUMN_TYPES[type],
    `Field ${name} of the mapping of this table`,
  ]),
  ...OWN_COLUMNS,
];

export const DELIVERIES = 'millrace_deliveries';
/** A row stands for what is written in the same transaction, so that a repeated send finds it and writes nothing. */
export const DELIVERIES_COLUMNS: readonly Column[] = [
  ['destination', 'text not null', 'Name of the destination in the destinations file'],
  ['object', 'text not null', 'Object of the mapping, such as lead'],
  ['plan_id', 'text not null', 'Delivery plan, or what the urgent lane decided'],
  ['chunk', 'integer not null', 'Chunk of the plan'],
  ['batch', 'text not null', 'Hash of the keys of the records that were sent together'],
  ['lane', 'text not null', 'batch or urgent'],
  ['run_id', 'text', 'Score run, empty for the urgent lane'],
  ['as_of', 'timestamptz not null', 'Instant that the values speak about'],
  ['records', 'integer not null', 'Records that were sent together'],
  ['not_accepted', "jsonb not null default '[]'", 'Records that were not written, each with its outcome and why'],
  ['delivered_at', 'timestamptz not null default now()', 'When they were written; kept for 60 days'],
];
export const DELIVERIES_KEY = ['destination', 'object', 'plan_id', 'chunk', 'batch'] as const;

/** Statements that create a table with what documents it. */
export function createTable(
  schema: string,
  table: string,
  columns: readonly Column[],
  comment: string,
  constraint?: string,
): readonly string[] {
  const lines = columns.map(([name, type]) => `${quoted(name)} ${type}`);
  return [
    `create table ${quoted(schema, table)} (${[...lines, ...(constraint === undefined ? [] : [constraint])].join(', ')})`,
    `comment on table ${quoted(schema, table)} is '${comment}'`,
    ...columns.map((column) => commentOn(schema, table, column)),
  ];
}

export const addColumn = (schema: string, table: string, column: Column): readonly string[] => [
  `alter table ${quoted(schema, table)} add column ${quoted(column[0])} ${column[1]}`,
  commentOn(schema, table, column),
];

const commentOn = (schema: string, table: string, [name, , comment]: Column): string =>
  `comment on column ${quoted(schema, table, name)} is '${comment}'`;
