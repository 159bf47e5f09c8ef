import { setTimeout as sleep } from 'node:timers/promises';

import { CLICKHOUSE, createClickHouse, type ClickHouse } from '@millrace/platform-clickhouse';
import { describeError } from '@millrace/platform-errors';
import type { KafkaLog } from '@millrace/platform-kafka';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';

import { WINDOWING_CONFIG, type WindowingConfig } from '../app.config';
import { LOG } from '../connections/connections.module';
import { retentionSettingsOf, type RetentionSettings } from './retention-settings';
import { retentionMetrics as metrics } from './retention.metrics';
import { runRetention } from './run-retention';

/** A day may take long to archive and to read back. */
const LONGEST_CALL_MS = 3_600_000;

/** Runs retention every interval while the service lives. What fails is repeated with the next round. */
@Injectable()
export class RetentionService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly settings: RetentionSettings;
  private readonly stopping = new AbortController();
  private readonly own: ClickHouse;
  private running: Promise<void> | undefined;

  constructor(
    @Inject(WINDOWING_CONFIG) private readonly config: WindowingConfig,
    @Inject(CLICKHOUSE) clickhouse: ClickHouse,
    @Inject(LOG) private readonly log: KafkaLog,
  ) {
    this.settings = retentionSettingsOf(config);
    this.own = createClickHouse({ ...clickhouse.config, timeoutMs: LONGEST_CALL_MS, maxConnections: 2 });
  }

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  /** Closing the connections ends a round under way: it is taken up again where it was left. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.own.close();
    await this.running;
  }

  private async run(): Promise<void> {
    // Replicas that start together take turns.
    await this.pause(this.settings.intervalMs * Math.random());
    while (!this.stopping.signal.aborted) {
      try {
        const parts = { clickhouse: this.own, database: this.config.CLICKHOUSE_DATABASE, log: this.log };
        await runRetention(parts, this.settings, Date.now());
      } catch (error) {
        if (this.stopping.signal.aborted) return;
        metrics.failures.inc();
        this.log.warn({ err: error }, `retention is repeated: ${describeError(error)}`);
      }
      await this.pause(this.settings.intervalMs);
    }
  }

  private async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}
