import { answerInWords, type WireResponse } from '@millrace/platform-http';
import { z } from 'zod';

import type { Reading, RecordOutcome } from '../destination';
import { parseBody } from '../wire/read-status';
import { faultyField, readRowErrors } from './read-row-errors';
import { readSalesforceFailure } from './read-salesforce-failure';
import { shortId } from './salesforce-names';

const rowsSchema = z.array(
  z.object({
    id: z.string().nullish(),
    success: z.boolean(),
    errors: z
      .array(
        z.object({
          statusCode: z.string(),
          message: z
            .string()
            .nullish()
            .transform((words) => words ?? ''),
          fields: z
            .array(z.string())
            .nullish()
            .transform((names) => names ?? []),
        }),
      )
      .default([]),
  }),
);
type Row = z.infer<typeof rowsSchema>[number];

/** A record of a request, with the id that it is written by where it is. */
export interface SentRow {
  readonly record_id: string;
  readonly id?: string;
}

/**
 * What a 200 of Collections says: a row for each record in the order of the request, and only where there are as many. A row counts
 * as taken with its id and without an error.
 */
export function readRows(response: WireResponse, sent: readonly SentRow[]): Reading {
  const failure = readSalesforceFailure(response);
  if (failure !== null) return failure;
  const rows = rowsSchema.safeParse(parseBody(response.body)).data;
  if (rows === undefined) return { kind: 'unknown', detail: answerInWords(response) };
  if (rows.length !== sent.length) {
    return { kind: 'unknown', detail: `The answer has ${rows.length} rows for ${sent.length} records` };
  }
  const outcomes = rows.map((row, index) => readRow(row, sent[index]));
  const field = faultOfAll(rows);
  return field === undefined
    ? { kind: 'records', outcomes }
    : { kind: 'batch_rejected', detail: outcomes[0]?.detail ?? '', field };
}

function readRow({ id, success, errors }: Row, { record_id, id: sentId }: SentRow = { record_id: '' }): RecordOutcome {
  if (!success) return readRowErrors(record_id, errors, sentId !== undefined);
  const isOther = sentId !== undefined && shortId(id ?? '') !== shortId(sentId);
  if (typeof id !== 'string' || id === '' || errors.length > 0 || isOther) {
    return {
      record_id,
      outcome: 'unknown',
      detail: 'A row is called a success, and its id or its errors say otherwise',
    };
  }
  return { record_id, outcome: 'accepted', detail: '' };
}

/** The field that every row was refused for: nothing was written, and the mapping is to be mended (ruling 3). */
function faultOfAll(rows: readonly Row[]): string | undefined {
  const fields = new Set(rows.map(({ success, errors }) => (success ? undefined : faultyField(errors))));
  const [field] = fields;
  return fields.size === 1 ? field : undefined;
}
