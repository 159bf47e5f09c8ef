import type { Outcome } from '@millrace/contract-delivery';
import { answerInWords, type WireResponse } from '@millrace/platform-http';
import { z } from 'zod';

import type { Reading, RecordOutcome } from '../destination';
import { parseBody } from '../wire/read-status';
import type { Target, Way } from './hubspot-requests';
import { errorSchema, fieldNamedBy, inWords, isQuota, type HubspotError } from './hubspot-words';

const resultSchema = z.object({
  id: z.string(),
  objectWriteTraceId: z.string().nullish(),
  properties: z.record(z.string(), z.string().nullable()).nullish(),
});

/** Of every batch endpoint. `results`: what was done; `errors`: what was not. */
export const batchAnswerSchema = z.object({
  status: z.string(),
  results: z.array(resultSchema),
  errors: z.array(errorSchema).nullish(),
});

/** Others are PENDING, PROCESSING and CANCELED. */
export const DONE = 'COMPLETE';

/** It might be better in a while. */
const TRANSIENT = /INTERNAL|TIMEOUT|UNAVAILABLE|LOCKED/;

type Said = Pick<RecordOutcome, 'outcome' | 'detail'>;

/**
 * Reads a 2xx of a write. A record is accepted where a result names it, by the trace id that we gave it or by the id that it was
 * sent with, and nothing else of the answer does.
 */
export function readResults(response: WireResponse, targets: readonly Target[], way: Way): Reading {
  const answer = batchAnswerSchema.safeParse(parseBody(response.body));
  const unknown: Reading = { kind: 'unknown', detail: answerInWords(response) };
  if (!answer.success || answer.data.status !== DONE) return unknown;
  const { results } = answer.data;
  const errors = answer.data.errors ?? [];
  const namesOf = namesIn(targets, way);
  const said = targets.map((): Said[] => []);
  const errorsOf = targets.map((): HubspotError[] => []);
  for (const { id, objectWriteTraceId, properties } of results) {
    const sentId = way.idProperty === null ? id : properties?.[way.idProperty];
    const named = namesOf([objectWriteTraceId], [sentId]);
    const words: Said = named.length === 1 ? ACCEPTED : CONTRADICTION;
    for (const at of named) said[at]?.push(words);
  }
  for (const error of errors) {
    const { objectWriteTraceId = [], ids = [], id = [] } = error.context;
    for (const at of namesOf(objectWriteTraceId, [...ids, ...id])) {
      said[at]?.push({ outcome: outcomeOf(error, way), detail: inWords(error) || 'An error without words' });
      errorsOf[at]?.push(error);
    }
  }
  const outcomes = targets.map(({ record: { record_id } }, at) => ({ record_id, ...oneOf(said[at] ?? []) }));
  return refusedForOneField(outcomes, errorsOf, targets) ?? { kind: 'records', outcomes };
}

const ACCEPTED: Said = { outcome: 'accepted', detail: '' };
const CONTRADICTION: Said = { outcome: 'unknown', detail: 'The answer names two records in one result' };

function outcomeOf(error: HubspotError, { mode }: Way): Outcome {
  if (error.category === 'OBJECT_NOT_FOUND' && mode === 'update') return 'gone';
  if (isQuota(error)) return 'throttled';
  return TRANSIENT.test(error.category) ? 'retryable' : 'rejected';
}

/** Positions of the records that names stand for, each once. */
function namesIn(targets: readonly Target[], { idProperty }: Way) {
  const spell = (id: string): string => (idProperty === 'email' ? id.trim().toLowerCase() : id);
  const byTrace = new Map(targets.map(({ record }, at) => [record.idempotency_key, at]));
  const byId = new Map(targets.map(({ id }, at) => [spell(id), at]));
  type Names = readonly (string | null | undefined)[];
  return (traces: Names, ids: Names): number[] => {
    const found = [
      ...traces.map((trace) => byTrace.get(trace ?? '')),
      ...ids.map((id) => byId.get(spell(id ?? ''))),
    ].filter((at) => at !== undefined);
    return [...new Set(found)];
  };
}

function oneOf(said: readonly Said[]): Said {
  const [first] = said;
  if (first === undefined) return { outcome: 'unknown', detail: 'The answer does not name this record' };
  const isOne = said.every(({ outcome, detail }) => outcome === first.outcome && detail === first.detail);
  return isOne ? first : { outcome: 'unknown', detail: `Named with different words: ${first.detail || first.outcome}` };
}

/** A field that HubSpot refuses in every record is the mapping's fault: the records are not. */
function refusedForOneField(
  outcomes: readonly RecordOutcome[],
  errorsOf: readonly (readonly HubspotError[])[],
  targets: readonly Target[],
): Reading | null {
  const [first] = outcomes;
  if (first === undefined || outcomes.some(({ outcome }) => outcome !== 'rejected')) return null;
  const fields = targets.map(({ record }, at) => {
    const [error] = errorsOf[at] ?? [];
    return error && fieldNamedBy(error, new Set(Object.keys(record.fields)));
  });
  const [field] = fields;
  if (field === undefined || fields.some((other) => other !== field)) return null;
  return { kind: 'batch_rejected', detail: first.detail, field };
}
