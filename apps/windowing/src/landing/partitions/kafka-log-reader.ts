import { logBounds, offsetsAtTimestamp, topicIds } from '@millrace/platform-kafka';
import type { Admin, Kafka } from 'kafkajs';

import type { LogReader } from './read-history';

/** Asks the broker over one connection that is opened when first needed and again after a failure. */
export class KafkaLogReader implements LogReader {
  private admin: Admin | undefined;

  constructor(private readonly kafka: Kafka) {}

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
    const { admin } = this;
    this.admin = undefined;
    await admin?.disconnect().catch(() => undefined);
  }

  private async use<Result>(ask: (admin: Admin) => Promise<Result>): Promise<Result> {
    try {
      if (this.admin === undefined) {
        const admin = this.kafka.admin();
        await admin.connect();
        this.admin = admin;
      }
      return await ask(this.admin);
    } catch (error) {
      await this.close();
      throw error;
    }
  }
}
