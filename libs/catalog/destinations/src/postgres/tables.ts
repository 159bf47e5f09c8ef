import type { MatchBy } from '@millrace/contract-delivery';
import type { PublishedType } from '@millrace/contract-score';

/** A column as it is created: name, type with constraints, comment. The type is ours. */
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
const DELIVERIES_COLUMNS: readonly Column[] = [
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

export const LOADS = 'millrace_loads';
/** A row stands for the rows of a part that were written in the same transaction. */
const LOADS_COLUMNS: readonly Column[] = [
  ['table_name', 'text not null', 'Table that holds the rows of a view'],
  ['part', 'text not null', 'What is replaced together: a day, a run'],
  ['build', 'text not null', 'Build of the part that is in the table'],
  ['row_count', 'bigint not null', 'Rows of the part'],
  ['loaded_at', 'timestamptz not null default now()', 'When they were written'],
];

/** A table as it must be there. */
export interface WantedTable {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly comment: string;
  /** Of the whole table, such as a key of several columns. */
  readonly constraint?: string;
}

export const DELIVERIES_TABLE: WantedTable = {
  name: DELIVERIES,
  columns: DELIVERIES_COLUMNS,
  comment: 'Batches that Millrace has written, a row each, in the transaction that wrote them',
  constraint: `primary key (${DELIVERIES_KEY.join(', ')})`,
};

export const LOADS_TABLE: WantedTable = {
  name: LOADS,
  columns: LOADS_COLUMNS,
  comment: 'Parts of views that Millrace has loaded, in the transaction that wrote their rows',
  constraint: 'primary key (table_name, part)',
};
