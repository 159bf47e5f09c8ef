import { setTimeout as sleep } from 'node:timers/promises';

import { installationVariablesOf } from '@millrace/platform-config';
import { describeError } from '@millrace/platform-errors';
import { agreeOnInstallation, type KafkaClient, type KafkaLog } from '@millrace/platform-kafka';
import type { HealthRegistry } from '@millrace/platform-observability';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';

import { WINDOWING_CONFIG, type WindowingConfig } from '../app.config';
import { KAFKA, LOG } from '../connections/connections.module';

const RETRY_MS = 2_000;

/** Nothing is landed or sealed by a process that has other windows or days than the installation. */
@Injectable()
export class InstallationGate implements BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private agreement: Promise<void> | undefined;
  private failure: unknown = new Error('the installation is not read yet');

  constructor(
    @Inject(WINDOWING_CONFIG) private readonly config: WindowingConfig,
    @Inject(KAFKA) private readonly kafka: KafkaClient,
    @Inject(LOG) private readonly log: KafkaLog,
  ) {}

  /** Resolves once this process agrees with what is recorded; waits for Kafka, and for ever where it differs. */
  agreed(): Promise<void> {
    this.agreement ??= this.agree();
    return this.agreement;
  }

  addChecks(health: HealthRegistry): void {
    health.addReadiness('installation', () => {
      if (this.failure !== undefined) throw this.failure;
    });
  }

  beforeApplicationShutdown(): void {
    this.stopping.abort();
  }

  private async agree(): Promise<void> {
    const { signal } = this.stopping;
    let said = '';
    for (;;) {
      try {
        const options = { kafka: this.kafka, topicPrefix: this.config.TOPIC_PREFIX, log: this.log };
        await agreeOnInstallation(options, installationVariablesOf(this.config));
        this.failure = undefined;
        return;
      } catch (error) {
        this.failure = error;
        const words = describeError(error);
        if (words !== said) this.log.error({ err: error }, `nothing is landed or sealed: ${words}`);
        said = words;
        await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
        if (signal.aborted) return new Promise<void>(() => undefined);
      }
    }
  }
}
