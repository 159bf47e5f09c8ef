import type { KafkaAdmin, KafkaClient } from '@millrace/platform-kafka';
import { HealthRegistry } from '@millrace/platform-observability';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';

import { KAFKA } from './kafka.token';
import { OPEN_TOPICS } from './publisher.service';
import type { OpenTopic } from './map-events';

/** Ready while the brokers answer for the topics. One connection, kept; opened again after it failed. */
@Injectable()
export class KafkaHealth implements OnApplicationShutdown {
  #admin: Promise<KafkaAdmin> | undefined;

  constructor(
    @Inject(KAFKA) private readonly kafka: KafkaClient,
    @Inject(OPEN_TOPICS) private readonly topics: ReadonlyMap<string, OpenTopic>,
    health: HealthRegistry,
  ) {
    health.addReadiness('kafka', () => this.check());
  }

  async check(): Promise<void> {
    const admin = await this.#connected();
    await admin.fetchTopicMetadata({ topics: [...this.topics.values()].map((topic) => topic.topic) });
  }

  async onApplicationShutdown(): Promise<void> {
    const admin = await this.#admin?.catch(() => undefined);
    await admin?.disconnect();
  }

  #connected(): Promise<KafkaAdmin> {
    this.#admin ??= (async () => {
      const admin = this.kafka.admin({ retry: { retries: 0 } });
      await admin.connect();
      return admin;
    })().catch((error: unknown) => {
      this.#admin = undefined;
      throw error;
    });
    return this.#admin;
  }
}
