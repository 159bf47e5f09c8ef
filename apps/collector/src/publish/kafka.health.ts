import { toKafkaError, type KafkaAdmin } from '@millrace/platform-kafka';
import { HealthRegistry } from '@millrace/platform-observability';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';

import { CONNECTIONS, type Connections } from '../connections/connections';
import { signalTopicsOf } from '../deployment';
import { INSTANCES, signalSourcesOf, type Instance } from '../instances/load-instances';

/** Ready while the brokers answer for the topics. One connection, kept; opened again after it failed. */
@Injectable()
export class KafkaHealth implements OnApplicationShutdown {
  #admin: Promise<KafkaAdmin> | undefined;

  constructor(
    @Inject(CONNECTIONS) private readonly connections: Connections,
    @Inject(INSTANCES) private readonly instances: readonly Instance[],
    health: HealthRegistry,
  ) {
    health.addReadiness('kafka', () => this.check());
  }

  async check(): Promise<void> {
    try {
      const admin = await this.#connected();
      await admin.fetchTopicMetadata({
        topics: signalTopicsOf(signalSourcesOf(this.instances), this.connections.config.TOPIC_PREFIX),
      });
    } catch (error) {
      throw toKafkaError(error, 'Asking Kafka for the topics failed');
    }
  }

  async onApplicationShutdown(): Promise<void> {
    const admin = await this.#admin?.catch(() => undefined);
    await admin?.disconnect();
  }

  #connected(): Promise<KafkaAdmin> {
    this.#admin ??= (async () => {
      const admin = this.connections.kafka.admin({ retry: { retries: 0 } });
      await admin.connect();
      return admin;
    })().catch((error: unknown) => {
      this.#admin = undefined;
      throw error;
    });
    return this.#admin;
  }
}
