import { sourceOfTopic } from '@millrace/contract-signal';
import type { TopicVector } from '@millrace/contract-window';
import {
  listTopics,
  logEnds,
  offsetsAtTimestamp,
  type KafkaAdmin,
  type KafkaClient,
  type PartitionOffsets,
} from '@millrace/platform-kafka';

import type { PartitionFact } from '../propose/facts';

/** The signal topics' clock: which offsets were appended before an instant. */
export interface LogClock {
  /** The first offset of every partition appended at or after `instant`, which must be past. */
  offsetsAt(instant: number, known: readonly TopicVector[]): Promise<PartitionFact[]>;
  /** The end of every partition now. */
  ends(known: readonly TopicVector[]): Promise<PartitionFact[]>;
  close(): Promise<void>;
}

/**
 * Asks the broker. A topic whose partitions do not all answer gives null for each partition that is known: such a partition
 * waits, and is left behind at the deadline.
 */
export function createLogClock(options: {
  readonly kafka: KafkaClient;
  readonly topicPrefix: string;
  readonly topicEpochs: Readonly<Record<string, number>>;
  readonly onSilent?: (topic: string, error: unknown) => void;
}): LogClock {
  const { kafka, topicPrefix, topicEpochs, onSilent } = options;
  let connected: KafkaAdmin | undefined;

  const connect = async (): Promise<KafkaAdmin> => {
    if (connected !== undefined) return connected;
    const admin = kafka.admin();
    await admin.connect();
    connected = admin;
    return admin;
  };
  const close = async (): Promise<void> => {
    const admin = connected;
    connected = undefined;
    await admin?.disconnect().catch(() => undefined);
  };

  async function ask(
    known: readonly TopicVector[],
    question: (admin: KafkaAdmin, topic: string) => Promise<PartitionOffsets>,
  ): Promise<PartitionFact[]> {
    let topics: string[];
    try {
      topics = (await listTopics(await connect(), topicPrefix)).filter(
        (topic) => sourceOfTopic(topic, topicPrefix) !== null,
      );
    } catch (error) {
      await close();
      throw error;
    }
    const facts: PartitionFact[] = [];
    for (const topic of topics) {
      const topicEpoch = topicEpochs[topic] ?? 0;
      try {
        for (const [partition, offset] of await question(await connect(), topic)) {
          facts.push({ topic, topicEpoch, partition, offset: Number(offset) });
        }
      } catch (error) {
        await close();
        onSilent?.(topic, error);
        const before = known.find((entry) => entry.topic === topic && entry.topic_epoch === topicEpoch);
        for (const partition of (before?.offsets ?? [0]).keys())
          facts.push({ topic, topicEpoch, partition, offset: null });
      }
    }
    return facts;
  }

  return {
    offsetsAt: (instant, known) => ask(known, (admin, topic) => offsetsAtTimestamp(admin, topic, instant)),
    ends: (known) => ask(known, (admin, topic) => logEnds(admin, topic)),
    close,
  };
}
