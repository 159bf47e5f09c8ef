import { readLong } from '../avro/read-long';
import type { FastPart, JsonRow } from '../flush/chunk';
import type { WriterPlan } from '../intake/writer-plan';
import type { Lane } from '../partitions/lane';
import { toJsonRow } from './json-row';

/** Takes a container apart again and decodes its bodies, for when ClickHouse refuses it. */
export function rowsOfContainer(
  { schemaId, container }: FastPart,
  lanes: readonly Lane[],
  plan: WriterPlan,
): JsonRow[] {
  const rows: JsonRow[] = [];
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
      rows.push(toJsonRow(lane, offset, appendedAt, schemaId, plan.decode(block.subarray(position, end))));
      position = end;
    }
  }
  return rows;
}
