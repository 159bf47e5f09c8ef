import { CLICKHOUSE, type ClickHouse } from '@millrace/platform-clickhouse';
import { describeError, MillraceError } from '@millrace/platform-errors';
import type { KafkaClient, KafkaLog, SchemaRegistryCodec } from '@millrace/platform-kafka';
import { HealthRegistry } from '@millrace/platform-observability';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';

import { WINDOWING_CONFIG, type WindowingConfig } from '../app.config';
import { KAFKA, LOG, SCHEMAS } from '../connections/connections.module';
import { InstallationGate } from '../installation/installation.gate';
import { createLanding, type Landing } from './create-landing';

/** The lander's life within the service: begins after start, drains before shutdown, says whether it is ready. */
@Injectable()
export class LandingService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly landing: Landing;

  constructor(
    @Inject(WINDOWING_CONFIG) config: WindowingConfig,
    @Inject(KAFKA) kafka: KafkaClient,
    @Inject(CLICKHOUSE) private readonly clickhouse: ClickHouse,
    @Inject(SCHEMAS) schemas: SchemaRegistryCodec,
    @Inject(LOG) private readonly log: KafkaLog,
    @Inject(InstallationGate) private readonly installation: InstallationGate,
  ) {
    this.landing = createLanding(config, { kafka, clickhouse, schemas, log });
  }

  /** Kafka being away delays landing, not the start of the service: readiness says so. */
  onApplicationBootstrap(): void {
    this.installation
      .agreed()
      .then(() => this.landing.consumer.start())
      .catch((error: unknown) => this.log.error({ err: error }, `landing cannot start: ${describeError(error)}`));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.landing.stop();
  }

  addChecks(health: HealthRegistry): void {
    health.addReadiness('clickhouse', () => this.clickhouse.ping());
    health.addReadiness('landing group', () => {
      if (this.landing.consumer.isJoined()) return;
      throw new MillraceError('Not a member of the consumer group yet', {
        code: 'SERVICE_NOT_READY',
        actor: 'operator',
        isRetryable: true,
        advice: 'Check KAFKA_BROKERS, and that a signals.<source>.v1 topic exists: npx millrace deploy',
      });
    });
    health.addReadiness('landing', () => this.landing.lander.checkProgress());
    health.addReadiness('landing partitions', () => this.checkPartitions());
  }

  private checkPartitions(): void {
    const refused = this.landing.lander.refusals();
    if (refused.length === 0) return;
    const [first] = refused;
    throw new MillraceError(`${refused.length} partitions are not read: ${first?.why ?? ''}`, {
      code: 'KAFKA_OFFSETS_LOST',
      actor: 'operator',
      advice: `If the topic was re-created on purpose, set TOPIC_EPOCHS=${first?.lane.topic}=${(first?.lane.topicEpoch ?? 0) + 1} and restart`,
      details: { partitions: refused.map(({ lane }) => `${lane.topic}/${lane.partition}`) },
    });
  }
}
