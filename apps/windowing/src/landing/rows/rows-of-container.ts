import { readLong } from '@millrace/contract-signal';

import type { FastPart, JsonRow } from '../flush/chunk';
import type { WriterPlan } from '../intake/writer-plan';
import type { Lane } from '../partitions/lane';
import { toJsonRow } from './json-row';

export interface ContainedRecord {
  readonly lane: Lane;
  readonly offset: number;
  readonly appendedAt: number;
  /** Its Avro body, a view of the container's bytes. */
  readonly body: Buffer;
}

/** Takes a container apart again, for when ClickHouse refuses it. */
export function* recordsOfContainer(
  { container }: FastPart,
  lanes: readonly Lane[],
  plan: WriterPlan,
): Generator<ContainedRecord> {
  const holder = { long: 0 };
  for (const block of container.blocks()) {
    let position = 0;
    const next = (): number => {
      position = readLong(block, position, block.length, holder);
      return holder.long;
    };
    while (position < block.length) {
      const lane = lanes[next()] as Lane;
      const offset = next();
      const appendedAt = next();
      const end = plan.body.endOf(block, position, block.length);
      yield { lane, offset, appendedAt, body: block.subarray(position, end) };
      position = end;
    }
  }
}

/** The container's records as rows, decoded here, in their order. */
export function rowsOfContainer(part: FastPart, lanes: readonly Lane[], plan: WriterPlan): JsonRow[] {
  const rows: JsonRow[] = [];
  for (const { lane, offset, appendedAt, body } of recordsOfContainer(part, lanes, plan)) {
    rows.push(toJsonRow(lane, offset, appendedAt, part.schemaId, plan.decode(body)));
  }
  return rows;
}
