/** Why a record is data but not a signal. A verdict depends only on the record's bytes and on settings that the seal step records. */
export const QUARANTINE_REASONS = [
  // The frame: magic byte 0, four bytes of schema id, an Avro body.
  'tombstone',
  'zero_length',
  'truncated_frame',
  'wrong_magic',
  // The schema and the body.
  'unknown_schema',
  'unreadable_schema',
  'invalid_avro',
  // The signal.
  'empty_signal_id',
  'no_identity',
  'future_event',
  'too_old',
  'invalid_received_at',
  // ClickHouse does not take the row that it makes. Depends on the table too; a step records its verdicts, so a replay follows.
  'refused_by_store',
  // Said by the collector about an event that it could not map (see REJECTED_HEADERS).
  'invalid_event',
  'event_too_large',
] as const;

export type QuarantineReason = (typeof QUARANTINE_REASONS)[number];

/**
 * An event that the collector accepted as part of a batch but could not turn into a signal travels in its source's own topic:
 * value = the event's JSON as received, with these headers. Windowing quarantines it with that reason, so one accounting by
 * offsets covers everything that was answered with 2xx.
 */
export const REJECTED_HEADERS = { reason: 'millrace-quarantine-reason', detail: 'millrace-quarantine-detail' } as const;

/** `quarantine retry` produces a new record to `signals.retried.v1` naming its origin `<topic>/<partition>/<offset>`. */
export const RETRIED_FROM_HEADER = 'millrace-retried-from';
