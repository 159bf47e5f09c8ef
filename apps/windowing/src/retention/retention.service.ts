import { setTimeout as sleep } from 'node:timers/promises';

import { createClickHouse, type ClickHouse } from '@millrace/platform-clickhouse';
import { describeError } from '@millrace/platform-errors';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';

import { CONNECTIONS, type Connections } from '../connections/connections';
import { retentionSettingsOf, type RetentionSettings } from './retention-settings';
import { retentionMetrics as metrics } from '../metrics';
import { runRetention } from './run-retention';

/** A day may take long to archive and to read back. */
const LONGEST_CALL_MS = 3_600_000;

/** Runs retention every interval while the service lives. What fails is repeated with the next round. */
@Injectable()
export class RetentionService implements BeforeApplicationShutdown {
  private readonly settings: RetentionSettings;
  private readonly stopping = new AbortController();
  private readonly own: ClickHouse;
  private running: Promise<void> | undefined;

  constructor(@Inject(CONNECTIONS) private readonly connections: Pick<Connections, 'config' | 'clickhouse' | 'log'>) {
    const { config, clickhouse } = connections;
    this.settings = retentionSettingsOf(config);
    this.own = createClickHouse({ ...clickhouse.config, timeoutMs: LONGEST_CALL_MS, maxConnections: 2 });
  }

  start(): void {
    this.running = this.run();
  }

  /** Closing the connections ends a round under way: it is taken up again where it was left. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.own.close();
    await this.running;
  }

  private async run(): Promise<void> {
    const { config, log } = this.connections;
    // Replicas that start together take turns.
    await this.pause(this.settings.intervalMs * Math.random());
    while (!this.stopping.signal.aborted) {
      try {
        const parts = { clickhouse: this.own, database: config.CLICKHOUSE_DATABASE, log };
        await runRetention(parts, this.settings, Date.now());
      } catch (error) {
        if (this.stopping.signal.aborted) return;
        metrics.failures.inc();
        log.warn({ err: error }, `retention is repeated: ${describeError(error)}`);
      }
      await this.pause(this.settings.intervalMs);
    }
  }

  private async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}
