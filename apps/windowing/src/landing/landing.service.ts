import { MillraceError } from '@millrace/platform-errors';
import { HealthRegistry } from '@millrace/platform-observability';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';

import { CONNECTIONS, type Connections } from '../connections/connections';
import { createLanding, type Landing } from './create-landing';

/** The lander's life within the service: begins when the topology says so, drains before shutdown, says whether it is ready. */
@Injectable()
export class LandingService implements BeforeApplicationShutdown {
  private readonly landing: Landing;

  constructor(
    @Inject(CONNECTIONS) connections: Connections,
    @Inject(HealthRegistry) private readonly health: HealthRegistry,
  ) {
    this.landing = createLanding(connections.config, connections);
  }

  start(): void {
    const { consumer, lander } = this.landing;
    void consumer.start();
    this.health.addReadiness('landing group', () => this.checkGroup());
    this.health.addReadiness('landing', () => lander.checkProgress());
    this.health.addReadiness('landing partitions', () => this.checkPartitions());
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.landing.stop();
  }

  private checkGroup(): void {
    if (this.landing.consumer.isJoined()) return;
    throw new MillraceError('Not a member of the consumer group yet', {
      code: 'SERVICE_NOT_READY',
      actor: 'operator',
      isRetryable: true,
      advice: 'Check KAFKA_BROKERS, and that a signals.<source>.v1 topic exists: npx millrace deploy',
    });
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
