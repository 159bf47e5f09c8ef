import { hash } from 'node:crypto';

import { createSignal } from '@millrace/contract-signal';
import { domainFacts } from '@millrace/identity';
import { z } from 'zod';

import type { RowReason } from '../row-reasons';
import { fileSource, quarantine, toSignal, type MapContext, type Mapped } from '../source';
import { openTable } from '../tabular/open-table';
import { readFields } from '../tabular/read-fields';
import { tableSettings } from '../tabular/settings';
import { field, readTableRow, type Table } from '../tabular/table';
import { readWhen, readNumber, readText, type ReadCell } from '../tabular/values';

const settings = z
  .strictObject({
    ...tableSettings,
    provider: z.string().min(1).default('file').describe('Who sold the rows; kept with each signal.'),
    score_min: z.number().default(0).describe('The lowest score of the provider; signals have 0 to 100.'),
    score_max: z.number().default(100).describe('The highest score of the provider.'),
    expires_after_days: z.int().min(1).max(366).default(45).describe('After so many days a row says nothing any more.'),
  })
  .refine(({ score_min, score_max }) => score_min < score_max, {
    path: ['score_max'],
    message: 'must be above score_min',
  });
type Settings = z.output<typeof settings>;

/** A company's registrable domain; free mail is not a company's. */
const readCompanyDomain: ReadCell<string> = (text) => {
  const { registrable, isFreeMail } = domainFacts(text);
  if (registrable === null || text.includes('@'))
    return { reason: 'not_a_domain', detail: `${JSON.stringify(text)} is not a domain of a company` };
  if (isFreeMail) return { reason: 'free_mail_domain', detail: `${registrable} gives addresses to everybody` };
  return { value: registrable };
};

const table: Table = {
  rows: 'intent rows',
  fields: {
    domain: field(readCompanyDomain, 'company domain', 'account domain', 'website'),
    topic: field(readText, 'topic name', 'keyword'),
    score: field(readNumber, 'topic score', 'composite score'),
    date: field(readWhen, 'observed date', 'week', 'date stamp'),
  },
  needs: [['domain'], ['topic'], ['score'], ['date']],
};

/** Topics that companies read about, as a provider of intent data sells them. */
export const csvIntent = fileSource<typeof settings>({
  type: 'csv_intent',
  title: 'Intent data of a CSV or JSONL file: domain, topic, score, date',
  gives: ['signals'],
  settings,
  fields: Object.keys(table.fields),
  open: (bytes, { columns }, facts) => openTable(table, bytes, columns, facts),
  map: (record, context) => [mapIntent(record, context)],
});

const MICRO = 1e6;
const DAY_MS = 86_400_000;

/** The day that the row names, whatever zone reads it. */
const dateOf = (instant: number): string => new Date(instant).toISOString().slice(0, 10);

/** Each of its cells must say something. */
const MISSING = {
  domain: 'missing_domain',
  topic: 'missing_topic',
  score: 'missing_score',
  date: 'missing_date',
} as const;

function mapIntent(
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
  for (const [name, reason] of Object.entries(MISSING)) {
    const refusal = refused.get(name);
    if (refusal !== undefined) return quarantine(refusal.reason, refusal.detail);
    if (values[name] === null) return quarantine(reason, `${name}: the cell is empty`);
  }
  const { domain, topic, score, date } = values as { domain: string; topic: string; score: number; date: number };
  if (score < given.score_min || score > given.score_max) {
    return quarantine('score_out_of_range', `score: ${score} is not within ${given.score_min} to ${given.score_max}`);
  }
  const scaled = ((score - given.score_min) / (given.score_max - given.score_min)) * 100;
  const value = Math.round(scaled * MICRO) / MICRO;
  const name = topic.trim();
  // Of what the row says, not of its place: another order of the rows, or another name of the file, are the same signals.
  const said = JSON.stringify([given.provider, domain, name, date, value]);
  return toSignal(
    createSignal({
      signal_id: `intent-${hash('sha256', said).slice(0, 32)}`,
      type: 'intent_surged',
      source: instance,
      occurred_at: date,
      received_at: receivedAt,
      domain,
      value,
      properties: {
        topic: name,
        provider: given.provider,
        observed_on: dateOf(date),
        expires_at: dateOf(date + given.expires_after_days * DAY_MS),
      },
    }),
  );
}
