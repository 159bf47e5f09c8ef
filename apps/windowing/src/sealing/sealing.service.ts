import { ConfigError, MillraceError } from '@millrace/platform-errors';
import { createLineage, type Lineage } from '@millrace/platform-lineage';
import { HealthRegistry } from '@millrace/platform-observability';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';

import { CONNECTIONS, type Connections } from '../connections/connections';
import { createReland } from '../reland/create-reland';
import { dayAlignmentProblem } from '../windows/day-alignment';
import { createSealing } from './create-sealer';
import { createSealLineage } from './seal-lineage';
import { SealLoop } from './seal-loop';

/** The sealer's life within the service: begins when the topology says so, ends after the attempt under way. */
@Injectable()
export class SealingService implements BeforeApplicationShutdown {
  private readonly loop: SealLoop;
  private readonly lineage: Lineage;
  private broken: MillraceError | undefined;

  constructor(
    @Inject(CONNECTIONS) connections: Connections,
    @Inject(HealthRegistry) private readonly health: HealthRegistry,
  ) {
    const { config, clickhouse, log } = connections;
    const problem = dayAlignmentProblem(config.TIME_ZONE, config.WINDOW_SIZE_SECONDS * 1000, new Date());
    if (problem !== null) {
      throw new ConfigError(`Windows cannot make up the days of TIME_ZONE: ${problem}`, {
        advice: 'Set WINDOW_SIZE_SECONDS to 1800 or 900',
      });
    }
    const reland = createReland(config, connections);
    this.lineage = createLineage({ service: 'windowing', config, clickhouse, log });
    this.loop = new SealLoop({
      open: () => createSealing(config, { ...connections, reland, onBroken: (error) => (this.broken = error) }),
      pollMs: config.SEAL_POLL_SECONDS * 1000,
      jitterMs: config.SEAL_JITTER_SECONDS * 1000,
      onSealed: createSealLineage({ lineage: this.lineage, clickhouse, config }),
      log,
    });
  }

  start(): void {
    this.loop.start();
    this.health.addReadiness('sealing', () => this.loop.checkProgress());
    this.health.addReadiness('seal chain', () => this.checkChain());
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
    await this.lineage.close();
  }

  private checkChain(): void {
    if (this.broken !== undefined) throw this.broken;
    if (this.loop.isOpen()) return;
    throw new MillraceError('The chain of seal steps is not read yet', {
      code: 'SERVICE_NOT_READY',
      actor: 'operator',
      isRetryable: true,
      advice: 'Check that windows.sealed.v1 and the tables exist: npx millrace deploy',
    });
  }
}
