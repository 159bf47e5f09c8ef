import type { DecodedSignal } from '@millrace/contract-signal';

import type { Lane } from '../partitions/lane';

const double = new Float64Array(1);
const bits = new BigUint64Array(double.buffer);

/** A line of JSON as `store/sql/insert-signals-from-rows.sql` reads it. */
export function toJsonRow(
  lane: Lane,
  offset: number,
  appendedAt: number,
  schemaId: number,
  row: DecodedSignal,
): string {
  const { value, ...fields } = row;
  return JSON.stringify({
    topic: lane.topic,
    topic_epoch: lane.topicEpoch,
    partition: lane.partition,
    offset,
    appended_at: appendedAt,
    schema_id: schemaId,
    ...fields,
    occurred_at: String(row.occurred_at),
    received_at: String(row.received_at),
    value_bits: value === null ? null : bitsOf(value),
  });
}

function bitsOf(value: number): string {
  double[0] = value;
  return String(bits[0]);
}
