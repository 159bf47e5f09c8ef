import { hash } from 'node:crypto';

import { createSignal, hasIdentity } from '@millrace/contract-signal';
import { z } from 'zod';

import { readEventName } from '../mapping/event-name';
import type { RowReason } from '../row-reasons';
import { fileSource, quarantine, toSignal, type MapContext, type Mapped } from '../source';
import { openTable } from '../tabular/open-table';
import { readFields } from '../tabular/read-fields';
import { tableSettings } from '../tabular/settings';
import { field, readTableRow, type Table } from '../tabular/table';
import { readDomain, readEmail, readWhen, readId, readNumber, readText } from '../tabular/values';

const settings = z.strictObject({
  ...tableSettings,
  type: z.string().min(1).optional().describe('What the rows are, where they do not say it, such as webinar_attended.'),
});
type Settings = z.output<typeof settings>;

const table: Table = {
  rows: 'activities',
  fields: {
    id: field(readId, 'activity id', 'event id'),
    type: field(readText, 'activity type', 'event', 'activity'),
    occurred_at: field(readWhen, 'date', 'time', 'timestamp', 'activity date'),
    user_id: field(readId, 'person id', 'contact id'),
    email: field(readEmail, 'e-mail', 'email address'),
    account_id: field(readId, 'company id'),
    domain: field(readDomain, 'company domain', 'website'),
    url: field(readText),
    value: field(readNumber, 'amount'),
    name: field(readText, 'subject', 'title'),
    campaign: field(readText, 'campaign name'),
  },
  needs: [['occurred_at'], ['user_id', 'email', 'account_id', 'domain']],
  keepsOthers: true,
};

/** What people did, as a list of it: who, what, when. */
export const csvActivities = fileSource<typeof settings>({
  type: 'csv_activities',
  title: 'Activities of a CSV or JSONL file: who, what, when',
  gives: ['signals'],
  settings,
  fields: Object.keys(table.fields),
  open: (bytes, { columns }, facts) => openTable(table, bytes, columns, facts),
  map: (record, context) => [mapActivity(record, context)],
});

function mapActivity(
  record: unknown,
  { instance, receivedAt, settings: given }: MapContext<Settings>,
): Mapped<RowReason> {
  const row = readTableRow(record);
  if ('reason' in row) return quarantine(row.reason, row.detail);
  const { values, refused } = readFields(table.fields, row.texts, {
    hasDecimalComma: row.decimal_comma,
    now: receivedAt,
    dateFormat: given.date_format,
  });
  const [first] = refused.values();
  if (first !== undefined)
    return quarantine(first.reason, [...refused.values()].map(({ detail }) => detail).join('; '));
  const text = (name: string): string | null => values[name] as string | null;
  const occurred_at = values['occurred_at'] as number | null;
  if (occurred_at === null) return quarantine('missing_occurred_at', 'occurred_at: the cell is empty');
  const { type } = readEventName(text('type') ?? given.type ?? '');
  if (type === '') return quarantine('missing_type', 'type: the row does not say it, and the setting `type` does not');
  const about = {
    user_id: text('user_id'),
    email: text('email'),
    account_id: text('account_id'),
    domain: text('domain'),
  };
  const said = JSON.stringify([
    type,
    occurred_at,
    about,
    values['value'],
    text('url'),
    text('name'),
    text('campaign'),
    row.others ?? {},
  ]);
  const kept = Object.entries(row.others ?? {}).map(([name, value]) => [propertyOf(name), value.trim()] as const);
  const properties = ['name', 'campaign'].flatMap((name): [string, string][] => {
    const value = text(name);
    return value === null ? [] : [[name, value]];
  });
  const signal = createSignal({
    signal_id: text('id') ?? `row-${hash('sha256', said).slice(0, 32)}`,
    type,
    source: instance,
    occurred_at,
    received_at: receivedAt,
    ...about,
    url: text('url'),
    value: values['value'] as number | null,
    properties: { ...Object.fromEntries(kept), ...Object.fromEntries(properties) },
  });
  return hasIdentity(signal) ? toSignal(signal) : quarantine('missing_id', 'the row names nobody');
}

/** `Booth Number` is `booth_number`. */
const propertyOf = (column: string): string => column.toLowerCase().replaceAll(/[\s_-]+/g, '_');
