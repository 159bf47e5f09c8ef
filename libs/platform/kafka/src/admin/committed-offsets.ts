import type { PartitionOffsets } from './log-offsets';
import { withAdmin, type AdminSource } from './with-admin';

/** What a group has committed per partition. Partitions without a commit (or with kafkajs' sentinels -1, -2) are left out. */
export async function committedOffsets(
  source: AdminSource,
  groupId: string,
  topics: readonly string[],
): Promise<ReadonlyMap<string, PartitionOffsets>> {
  const rows = await withAdmin(
    source,
    'Reading committed offsets failed',
    (admin) => admin.fetchOffsets({ groupId, topics: [...topics] }),
    { groupId },
  );
  return new Map(
    rows.map(({ topic, partitions }) => [
      topic,
      new Map(
        partitions
          .map(({ partition, offset }): [number, bigint] => [partition, BigInt(offset)])
          .filter(([, offset]) => offset >= 0n),
      ),
    ]),
  );
}
