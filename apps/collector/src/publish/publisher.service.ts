import type { ProducerRecord } from '@millrace/platform-kafka';
import { MillraceError, RetryableError } from '@millrace/platform-errors';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';

import { closeConnections, CONNECTIONS, type Connections } from '../connections/connections';
import { acceptedSignals, droppedEvents, produceSeconds, quarantinedEvents, watchQueue } from '../metrics';
import type { InstanceTopics, MappedRecords } from './map-records';
import type { OpenTopics } from './open-topics';

/** Appends records to the topics of instances; resolves once they are on all in-sync replicas. */
@Injectable()
export class PublisherService implements OnApplicationShutdown {
  #topics: OpenTopics | undefined;

  constructor(@Inject(CONNECTIONS) private readonly connections: Connections) {
    watchQueue(() => connections.producer.queuedBytes());
  }

  /** The topics by instance; before, nothing can be appended. */
  open(topics: OpenTopics): void {
    this.#topics = topics;
  }

  /** Throws SERVICE_NOT_READY, retryable, until the topics are open. */
  topicsOf(instance: string): InstanceTopics {
    if (this.#topics === undefined) {
      throw new RetryableError('The collector is starting', {
        code: 'SERVICE_NOT_READY',
        advice: '/health/ready says what it waits for',
      });
    }
    const topics = this.#topics.get(instance);
    if (topics !== undefined) return topics;
    throw new MillraceError(`No topic is open for the source "${instance}"`, { code: 'SOURCE_UNKNOWN' });
  }

  async append(records: readonly ProducerRecord[]): Promise<void> {
    if (records.length === 0) return;
    const stop = produceSeconds.startTimer();
    try {
      await this.connections.producer.sendMany(records);
    } finally {
      stop();
    }
  }

  /** Appends what an instance's records became, and counts it once it is safe. */
  async publish(source: string, { records, accepted, dropped, quarantined }: MappedRecords): Promise<void> {
    await this.append(records);
    acceptedSignals.inc({ source }, accepted);
    for (const { reason } of quarantined) quarantinedEvents.inc({ source, reason });
    if (dropped > 0) droppedEvents.inc({ source }, dropped);
  }

  /** After the HTTP server has answered its last request. */
  async onApplicationShutdown(): Promise<void> {
    await closeConnections(this.connections);
  }
}
