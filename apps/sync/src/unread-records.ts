import { ContractError } from '@millrace/platform-errors';
import type { BatchContext, KafkaLog } from '@millrace/platform-kafka';

export interface RecordPlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/**
 * Records of the delivery topics that this version cannot read. Their partitions rest there: what is skipped would be a value that
 * nobody delivers, or an outcome that nobody knows of. Each topic has one reader in a process.
 */
export class UnreadRecords {
  readonly #unread = new Map<string, ContractError>();

  constructor(private readonly log: KafkaLog) {}

  /** Leaves the record uncommitted and reads no further in its partition until the next assignment. `groupId` is the reader's. */
  stopAt(context: BatchContext, place: RecordPlace, groupId: string, cause: unknown): void {
    const { topic, partition, offset } = place;
    context.pause();
    context.resolve(offset);
    const error = new ContractError(
      `This version cannot read the record at offset ${offset} of ${topic}, partition ${partition}, and goes no further there`,
      {
        actor: 'operator',
        cause,
        details: { topic, partition, offset: String(offset), groupId },
        advice: 'Deploy the version that wrote it, or skip it on purpose: docs/runbooks/record-unreadable.md',
      },
    );
    this.#unread.set(`${topic}/${partition}`, error);
    this.log.error({ err: error }, error.message);
  }

  /** A new assignment of the topic's reader: it looks again. */
  forget(topic: string): void {
    for (const place of this.#unread.keys()) if (place.startsWith(`${topic}/`)) this.#unread.delete(place);
  }

  /** A readiness check. Throws for the first of them. */
  readonly check = (): void => {
    for (const error of this.#unread.values()) throw error;
  };
}
