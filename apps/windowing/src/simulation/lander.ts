import type { SimulatedRecord } from './broker';
import type { World, Actor } from './world';
import { PARTITIONS } from './world';

/**
 * Lands both partitions, at least once: it may end before or after it has published what it stored, and a second one reads the same
 * records again. Now and then a flush is lost although its position was published, as a bug in landing would do.
 */
export function* land(world: World): Actor {
  const { broker, store, random } = world;
  for (;;) {
    yield;
    const partition = random.integer(0, PARTITIONS - 1);
    if (broker.silent.has(partition)) continue;
    const position = Math.max(
      0,
      ...store.published.filter((row) => row.partition === partition).map((row) => row.position),
    );
    const fetched = broker.logOf(partition).slice(position, position + random.integer(1, 6));
    if (fetched.length === 0) continue;
    yield;
    if (!world.losesFlushes || !random.chance(0.02)) storeRecords(world, partition, fetched, random.chance(0.3));
    yield;
    if (!world.isQuiet && random.chance(0.1)) continue;
    const end = position + fetched.length;
    // A slower owner publishes late: a lower position may come after a higher one.
    store.published.push({ partition, position: random.chance(0.15) ? Math.max(0, end - random.integer(1, 4)) : end });
  }
}

export function storeRecords(
  { store }: World,
  partition: number,
  records: readonly SimulatedRecord[],
  isReversed = false,
): void {
  for (const record of isReversed ? [...records].reverse() : records) {
    const { offset } = record;
    if (record.kind === 'signal') store.raw.push({ ...record, partition });
    else if (record.kind === 'bad') store.quarantined.push({ partition, offset });
    else store.skipped.push({ partition, offset });
  }
}
