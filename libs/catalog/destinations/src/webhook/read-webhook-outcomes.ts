import { OUTCOMES, type DeliveryRecord, type Outcome } from '@millrace/contract-delivery';
import { answerInWords, type WireResponse } from '@millrace/platform-http';
import { z } from 'zod';

import type { Reading, RecordOutcome } from '../destination';
import { parseBody, readFailureStatus } from '../wire/read-status';

const resultsSchema = z.object({
  results: z.array(
    z.object({
      record_id: z.string(),
      status: z.string(),
      reason: z.string().optional(),
    }),
  ),
});

const isOutcome = (status: string): status is Outcome => (OUTCOMES as readonly string[]).includes(status);

/**
 * Per-record results in the body of a 2xx decide. Without them a 2xx is a success only where the receiver's owner said
 * `ack: status`; a 207 never is.
 */
export function readWebhookOutcomes(
  response: WireResponse,
  records: readonly DeliveryRecord[],
  ack: 'body' | 'status',
): Reading {
  const failure = readFailureStatus(response);
  if (failure !== null) return failure;
  const parsed = resultsSchema.safeParse(parseBody(response.body));
  if (parsed.success) return { kind: 'records', outcomes: readResults(parsed.data.results, records) };
  if (ack === 'status' && response.status !== 207) {
    return { kind: 'records', outcomes: records.map(({ record_id }) => accepted(record_id)) };
  }
  return { kind: 'unknown', detail: `${answerInWords(response)} without results for the records` };
}

function readResults(
  results: z.infer<typeof resultsSchema>['results'],
  records: readonly DeliveryRecord[],
): RecordOutcome[] {
  const byId = new Map(results.map((result) => [result.record_id, result]));
  const twice = new Set(
    results.filter(({ record_id, status }) => byId.get(record_id)?.status !== status).map(({ record_id }) => record_id),
  );
  return records.map(({ record_id }) => {
    const result = byId.get(record_id);
    if (twice.has(record_id)) return { record_id, outcome: 'unknown', detail: 'The answer names this record twice' };
    if (result === undefined) return { record_id, outcome: 'unknown', detail: 'The answer does not name this record' };
    if (result.status === 'accepted') return accepted(record_id);
    const detail = result.reason ?? result.status;
    return isOutcome(result.status) && result.status !== 'superseded'
      ? { record_id, outcome: result.status, detail }
      : { record_id, outcome: 'unknown', detail: `The answer says "${result.status}", which is not an outcome` };
  });
}

const accepted = (record_id: string): RecordOutcome => ({ record_id, outcome: 'accepted', detail: '' });
