import { CLICKHOUSE, type ClickHouse } from '@millrace/platform-clickhouse';
import { ConfigError, MillraceError } from '@millrace/platform-errors';
import type { KafkaClient, KafkaLog } from '@millrace/platform-kafka';
import { HealthRegistry } from '@millrace/platform-observability';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';

import { WINDOWING_CONFIG, type WindowingConfig } from '../app.config';
import { KAFKA, LOG } from '../connections/connections.module';
import type { RelandOffsets } from './attempt/prove-completeness';
import { InstallationGate } from '../installation/installation.gate';
import { dayAlignmentProblem } from '../windows/day-alignment';
import { createSealing } from './create-sealer';
import { SealLoop } from './seal-loop';

/** Injects what reads offsets from Kafka again when they are missing among the landed ones. */
export const RELAND_OFFSETS = Symbol('RELAND_OFFSETS');

/** The sealer's life within the service: begins after start, ends after the attempt under way. */
@Injectable()
export class SealingService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop: SealLoop;
  private broken: MillraceError | undefined;

  constructor(
    @Inject(WINDOWING_CONFIG) config: WindowingConfig,
    @Inject(KAFKA) kafka: KafkaClient,
    @Inject(CLICKHOUSE) clickhouse: ClickHouse,
    @Inject(RELAND_OFFSETS) reland: RelandOffsets,
    @Inject(LOG) log: KafkaLog,
    @Inject(InstallationGate) private readonly installation: InstallationGate,
  ) {
    const problem = dayAlignmentProblem(config.TIME_ZONE, config.WINDOW_SIZE_SECONDS * 1000, new Date());
    if (problem !== null) {
      throw new ConfigError(`Windows cannot make up the days of TIME_ZONE: ${problem}`, {
        advice: 'Set WINDOW_SIZE_SECONDS to 1800 or 900',
      });
    }
    this.loop = new SealLoop({
      open: () => createSealing(config, { kafka, clickhouse, log, reland, onBroken: (error) => (this.broken = error) }),
      pollMs: config.SEAL_POLL_SECONDS * 1000,
      jitterMs: config.SEAL_JITTER_SECONDS * 1000,
      log,
    });
  }

  onApplicationBootstrap(): void {
    void this.installation.agreed().then(() => this.loop.start());
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  addChecks(health: HealthRegistry): void {
    health.addReadiness('sealing', () => this.loop.checkProgress());
    health.addReadiness('seal chain', () => {
      if (this.broken !== undefined) throw this.broken;
      if (this.loop.isOpen()) return;
      throw new MillraceError('The chain of seal steps is not read yet', {
        code: 'SERVICE_NOT_READY',
        actor: 'operator',
        isRetryable: true,
        advice: 'Check that windows.sealed.v1 and the tables exist: npx millrace deploy',
      });
    });
  }
}
