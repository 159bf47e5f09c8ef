/** Why a row of a file is rejected. docs/guide/people-and-accounts.md says of each how to mend it. */
export const ROW_REASONS = [
  // The row.
  'wrong_number_of_columns',
  'not_json',
  'not_an_object',
  'inexact_number',
  'duplicate_column',
  // Who or what it is about.
  'missing_id',
  'missing_domain',
  'missing_topic',
  'missing_score',
  'missing_date',
  'missing_occurred_at',
  'missing_type',
  // A cell.
  'scientific_notation_id',
  'too_long',
  'not_an_email',
  'not_a_domain',
  'free_mail_domain',
  'not_a_country',
  'not_a_consent',
  'not_a_tier',
  'not_a_flag',
  'not_a_number',
  'not_a_count',
  'score_out_of_range',
  'not_a_date',
  'not_an_instant',
  'in_the_future',
  // The record that it becomes.
  'invalid_event',
  'event_too_large',
] as const;

export type RowReason = (typeof ROW_REASONS)[number];

export const isRowReason = (text: unknown): text is RowReason => (ROW_REASONS as readonly unknown[]).includes(text);
