import { setTimeout as sleep } from 'node:timers/promises';

import { RetryableError } from '@millrace/platform-errors';
import { logBounds, offsetsAtTimestamp, topicIds, type KafkaAdmin, type KafkaClient } from '@millrace/platform-kafka';

import type { LogReader } from './read-history';

const LONGEST_WAIT_MS = 5_000;

/** Asks the broker over one connection that is opened when first needed and again after a failure, until it is closed. */
export class KafkaLogReader implements LogReader {
  private connecting: Promise<KafkaAdmin> | undefined;
  private readonly asked = new Set<Promise<unknown>>();
  private isClosed = false;

  constructor(private readonly kafka: KafkaClient) {}

  bounds(topic: string): ReturnType<LogReader['bounds']> {
    return this.use((admin) => logBounds(admin, topic));
  }

  offsetsAt(topic: string, ms: number): ReturnType<LogReader['offsetsAt']> {
    return this.use((admin) => offsetsAtTimestamp(admin, topic, ms));
  }

  topicIds(topics: readonly string[]): ReturnType<LogReader['topicIds']> {
    return topicIds(this.kafka, topics);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.disconnect();
  }

  private async use<Result>(ask: (admin: KafkaAdmin) => Promise<Result>): Promise<Result> {
    if (this.isClosed) throw new RetryableError('Landing stops: the log is not asked', { code: 'KAFKA_UNAVAILABLE' });
    this.connecting ??= this.connect();
    const answer = this.connecting.then(ask);
    this.asked.add(answer);
    try {
      return await answer;
    } catch (error) {
      void this.disconnect();
      throw error;
    } finally {
      this.asked.delete(answer);
    }
  }

  private async connect(): Promise<KafkaAdmin> {
    const admin = this.kafka.admin();
    await admin.connect();
    return admin;
  }

  /** A question under way would connect again what is disconnected, for good: it has some time to end. */
  private async disconnect(): Promise<void> {
    const { connecting } = this;
    this.connecting = undefined;
    const answered = Promise.allSettled([...this.asked]);
    await Promise.race([answered, sleep(LONGEST_WAIT_MS, undefined, { ref: false })]);
    await connecting?.then((admin) => admin.disconnect()).catch(() => undefined);
  }
}
