import type { BatchProducer, ProducerRecord } from '@millrace/platform-kafka';
import { MillraceError } from '@millrace/platform-errors';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';

import { produceSeconds, watchQueue } from '../metrics';
import type { OpenTopic } from './map-events';

export const PRODUCER = Symbol('PRODUCER');
export const OPEN_TOPICS = Symbol('OPEN_TOPICS');

/** Appends records to the topics of sources; resolves once they are on all in-sync replicas. */
@Injectable()
export class PublisherService implements OnApplicationShutdown {
  constructor(
    @Inject(PRODUCER) private readonly producer: BatchProducer,
    @Inject(OPEN_TOPICS) private readonly topics: ReadonlyMap<string, OpenTopic>,
  ) {
    watchQueue(() => producer.queuedBytes());
  }

  topicOf(source: string): OpenTopic {
    const topic = this.topics.get(source);
    if (topic !== undefined) return topic;
    throw new MillraceError(`No topic is open for the source "${source}"`, { code: 'SOURCE_UNKNOWN' });
  }

  async append(records: readonly ProducerRecord[]): Promise<void> {
    if (records.length === 0) return;
    const stop = produceSeconds.startTimer();
    try {
      await this.producer.sendMany(records);
    } finally {
      stop();
    }
  }

  /** After the HTTP server has answered its last request. */
  async onApplicationShutdown(): Promise<void> {
    await this.producer.close();
  }
}
