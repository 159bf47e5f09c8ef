import { outcomesTopic, type DeliveryOutcome } from '@millrace/contract-delivery';
import { isRetryable } from '@millrace/platform-errors';
import type { BatchProducer } from '@millrace/platform-kafka';

const PAUSE_MS = 500;

/**
 * Appends outcomes and waits for all in-sync replicas. While Kafka is away it tries again for as long as `isStopping`
 * says no: a record that was sent must have its outcome in the log. The same outcome twice replaces itself.
 */
export function createOutcomePublisher(
  producer: BatchProducer,
  topicPrefix: string,
  isStopping: () => boolean,
): (outcomes: readonly DeliveryOutcome[]) => Promise<void> {
  const topic = outcomesTopic(topicPrefix).name;
  return async (outcomes) => {
    const records = outcomes.map((outcome) => ({
      topic,
      key: outcome.record_id,
      value: Buffer.from(JSON.stringify(outcome)),
    }));
    for (;;) {
      try {
        await producer.sendMany(records);
        return;
      } catch (error) {
        if (!isRetryable(error) || isStopping()) throw error;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  };
}
