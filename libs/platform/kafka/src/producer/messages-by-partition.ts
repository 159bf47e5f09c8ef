import type { Message } from 'kafkajs';
import type { PartitionBatch } from './transport';

/**
 * kafkajs groups a topic's messages by partition by copying the group for every message, which is quadratic: 10,000
 * records cost more than sending them. It asks of the list only `find` (is a value missing?) and `reduce` (the
 * grouping), so this list answers both from what is grouped already. Held by a spec against the pinned kafkajs.
 */
export class MessagesByPartition {
  readonly #groups: Record<string, Message[]> = {};

  constructor(batches: readonly PartitionBatch[]) {
    for (const { partition, records } of batches) {
      this.#groups[partition] = records.map((record) => ({
        key: record.key,
        value: record.value,
        ...(record.headers === undefined ? {} : { headers: record.headers }),
        ...(record.timestamp === undefined ? {} : { timestamp: String(record.timestamp) }),
      }));
    }
  }

  find(): undefined {
    return undefined;
  }

  reduce(): Record<string, Message[]> {
    return this.#groups;
  }

  asMessages(): Message[] {
    return this as unknown as Message[];
  }
}
