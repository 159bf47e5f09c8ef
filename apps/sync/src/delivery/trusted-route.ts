import type { Reading, RecordOutcome, Route, WireBatch } from '@millrace/catalog-destinations';
import { OUTCOMES } from '@millrace/contract-delivery';

/** A route whose answers are believed as far as they are about the batch and agree with themselves. */
export function trustedRoute(route: Route): Route {
  const { resume, reconcile, keepsNewer = false } = route;
  return {
    ...route,
    deliver: async (batch, ...rest) => trusted(await route.deliver(batch, ...rest), batch, keepsNewer),
    ...(resume && {
      resume: async (job, batch, ...rest) => trusted(await resume(job, batch, ...rest), batch, keepsNewer),
    }),
    ...(reconcile && {
      reconcile: async (batch, ...rest) => trusted(await reconcile(batch, ...rest), batch, keepsNewer),
    }),
  };
}

const ALL_WORDS: ReadonlySet<string> = new Set(OUTCOMES);
/** What an API may say of a record: that it is superseded is ours to say, and what compares instants itself. */
const WORDS: ReadonlySet<string> = new Set(OUTCOMES.filter((outcome) => outcome !== 'superseded'));

/**
 * Outcomes that name a record of another batch are about something else: all are unknown. A record that is named twice with
 * different words, with a word that is not an outcome, or not at all, is unknown.
 */
export function trusted(reading: Reading, { items }: Pick<WireBatch, 'items'>, keepsNewer = false): Reading {
  if (reading.kind !== 'records') return reading;
  const ids = new Set(items.map(({ record }) => record.record_id));
  const stranger = reading.outcomes.find(({ record_id }) => !ids.has(record_id));
  if (stranger !== undefined) return { kind: 'unknown', detail: 'The answer names a record that was not sent' };
  const words = keepsNewer ? ALL_WORDS : WORDS;
  const byId = new Map<string, RecordOutcome>();
  for (const one of reading.outcomes) {
    const before = byId.get(one.record_id);
    if (!words.has(one.outcome)) byId.set(one.record_id, unknown(one, `The answer says "${one.outcome}"`));
    else if (before === undefined) byId.set(one.record_id, one);
    else if (before.outcome !== one.outcome) {
      byId.set(one.record_id, unknown(one, `The answer says both ${before.outcome} and ${one.outcome}`));
    }
  }
  const outcomes = items.map(
    ({ record: { record_id } }) =>
      byId.get(record_id) ?? unknown({ record_id }, 'The answer does not name this record'),
  );
  return { kind: 'records', outcomes };
}

const unknown = ({ record_id }: Pick<RecordOutcome, 'record_id'>, detail: string): RecordOutcome => ({
  record_id,
  outcome: 'unknown',
  detail,
});
