import { noteSetAside } from '@millrace/platform-clickhouse';
import { describeError, MillraceError } from '@millrace/platform-errors';
import type { KafkaLog } from '@millrace/platform-kafka';
import { createLogger, HealthRegistry } from '@millrace/platform-observability';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';

import { SCORING_CONFIG, type ScoringConfig } from './app.config';
import { createScoring, type Scoring } from './topology';

const RESTART_MS = 2_000;

/** The life of the topology within the service: begins after start, drains before shutdown, says whether it is ready. */
@Injectable()
export class ScoringService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly scoring: Scoring;
  private readonly log: KafkaLog;
  private isRunning = false;
  private isStopping = false;
  private failure = 'starting';

  constructor(@Inject(SCORING_CONFIG) config: ScoringConfig, @Inject(HealthRegistry) health: HealthRegistry) {
    this.log = createLogger({ name: 'scoring', level: config.LOG_LEVEL });
    this.scoring = createScoring(config, this.log);
    const { connections, entities, rollup } = this.scoring;
    health.addReadiness('clickhouse', () => connections.clickhouse.ping());
    health.addReadiness('landing entities', () => entities.assertHandling());
    health.addReadiness('rollup', () => rollup.check());
    noteSetAside(health, connections.clickhouse, 'scoring');
    health.addReadiness('decision logs', () => this.check(this.isRunning, this.failure));
    health.addReadiness('entities group', () =>
      this.check(entities.isJoined(), 'not a member of the consumer group yet'),
    );
  }

  /** Kafka being away, or topics that are not deployed yet, delay the service and do not end it: readiness says so. */
  onApplicationBootstrap(): void {
    void this.startUntilItHolds();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    await this.scoring.stop();
  }

  private async startUntilItHolds(): Promise<void> {
    while (!this.isRunning && !this.isStopping) {
      try {
        await this.scoring.agree();
        await this.scoring.start();
        this.isRunning = true;
      } catch (error) {
        this.failure = describeError(error);
        this.log.error({ err: error }, `scoring cannot start: ${this.failure}`);
        await new Promise((resolve) => setTimeout(resolve, RESTART_MS));
      }
    }
  }

  private check(isFine: boolean, reason: string): void {
    if (isFine) return;
    throw new MillraceError(reason, {
      code: 'SERVICE_NOT_READY',
      actor: 'operator',
      isRetryable: true,
      advice: 'Check KAFKA_BROKERS, and that topics and tables exist: npx millrace deploy',
    });
  }
}
