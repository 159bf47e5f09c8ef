import type { DeliveryRecord } from '@millrace/contract-delivery';

import type { Reading, RecordOutcome, Tools, WireBatch } from '../destination';
import { readResults, type EndedJob } from './bulk-results';
import { columnOf, isRow, operationOf } from './bulk-rows';
import { foldKey, outcomeOf, type Located } from './locate-records';
import type { SalesforceSettings } from './salesforce-settings';
import { encodeFields } from './salesforce-values';
import { ofEach, writeRecords, type Write } from './write-records';

/**
 * Says what became of each record, and writes by Collections those that a job had no place for: the contact of a converted lead, a new
 * record among updates. `ended` is absent where there was nothing for a job to do.
 */
export async function settleJob(
  { items, context }: WireBatch,
  { keyField, targetOf }: Located,
  ended: EndedJob | undefined,
  settings: SalesforceSettings,
  tools: Tools,
): Promise<Reading> {
  const { object, mode } = context;
  const operation = operationOf(keyField, mode);
  const column = columnOf(operation, keyField);
  const read = ended && readResults(ended, operation, column, (key) => foldKey(key, { ...keyField, name: column }));

  const settle = (record: DeliveryRecord): RecordOutcome | Write => {
    const { record_id, match_key } = record;
    const target = targetOf(record);
    const key = operation === 'update' && target.kind === 'id' ? target.id : match_key;
    const nowhere = outcomeOf(record_id, target);
    // What the job has made looks as if it had been there before.
    const isMaybeOurs = nowhere !== undefined && operation === 'insert' && read?.isWhole === false;
    if (read !== undefined && (read.has(key) || isMaybeOurs || isRow(target, operation, object))) {
      return read.outcomeOf(record_id, key);
    }
    if (nowhere !== undefined) return nowhere;
    if (ended?.job.state === 'Aborted') {
      return { record_id, outcome: 'retryable', detail: 'The job was aborted before this record' };
    }
    const encoded = encodeFields(record, context);
    return typeof encoded === 'string'
      ? { record, encoded, target }
      : { record_id, outcome: 'rejected', detail: encoded.refused };
  };

  const settled = items.map(({ record }) => settle(record));
  const writes = settled.filter((one): one is Write => 'target' in one);
  if (writes.length === 0) return { kind: 'records', outcomes: settled as RecordOutcome[] };
  const written = await writeRecords(writes, { object, keyField }, settings, tools);
  // All of this can be done again: the job stays as it is.
  if (written.kind === 'throttled' || written.kind === 'unreachable' || written.kind === 'paused') return written;
  const outcomes = new Map(
    written.kind === 'records' ? written.outcomes.map((outcome) => [outcome.record_id, outcome]) : [],
  );
  return {
    kind: 'records',
    outcomes: settled.map((one) => {
      if (!('target' in one)) return one;
      const { record_id } = one.record;
      return outcomes.get(record_id) ?? { record_id, ...ofEach(written) };
    }),
  };
}
