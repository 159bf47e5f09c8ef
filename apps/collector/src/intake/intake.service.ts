import { segment } from '@millrace/catalog-sources';
import { MillraceError } from '@millrace/platform-errors';
import { Inject, Injectable } from '@nestjs/common';

import { COLLECTOR_CONFIG, type CollectorConfig } from '../app.config';
import { acceptedSignals, droppedEvents, quarantinedEvents } from '../metrics';
import { mapEvents, type QuarantinedEvent } from '../publish/map-events';
import { PublisherService } from '../publish/publisher.service';
import { stampKey } from '../publish/stamp-key';
import { WriteKeysService } from '../write-keys/write-keys.service';
import type { StoredWriteKey } from '../write-keys/write-key';
import { RateLimitService } from './rate-limit.service';
import type { IntakeRequest } from './read-request';
import { readSourceSettings } from './source-settings';

/** The body of a 2xx. Given only once Kafka has acknowledged everything that is counted in it. */
export interface IntakeAnswer {
  readonly success: true;
  readonly accepted: number;
  readonly quarantined: number;
  /** Why, for the first of them; left out when there is none. SDKs read the status only. */
  readonly errors?: readonly QuarantinedEvent[];
  readonly dropped: number;
  /** Epoch milliseconds of the acknowledgement: what urgent deliveries are timed from. */
  readonly accepted_at: number;
}

/** The answer stays small whatever was sent: the topic holds every rejected event with its whole reason. */
const MAX_ERRORS = 100;
const MAX_DETAIL = 200;

const shortened = (event: QuarantinedEvent): QuarantinedEvent =>
  event.detail.length <= MAX_DETAIL ? event : { ...event, detail: `${event.detail.slice(0, MAX_DETAIL)}…` };

/** One request, step by step: who is it, may it, what is it, is it safe. */
@Injectable()
export class IntakeService {
  readonly #settingsOf;

  constructor(
    @Inject(COLLECTOR_CONFIG) private readonly config: CollectorConfig,
    private readonly keys: WriteKeysService,
    private readonly rates: RateLimitService,
    private readonly publisher: PublisherService,
  ) {
    this.#settingsOf = readSourceSettings(config);
  }

  /** Throws SOURCE_UNAUTHORIZED. */
  authenticate(presented: string | null): StoredWriteKey {
    const verdict = this.keys.check(presented);
    if (verdict.ok) return verdict.key;
    throw new MillraceError(`The write key is ${verdict.reason}`, {
      code: 'SOURCE_UNAUTHORIZED',
      actor: 'producer',
      advice: 'Send the write key as user of Basic authorization or as writeKey of the body',
    });
  }

  async accept(key: StoredWriteKey, request: IntakeRequest): Promise<IntakeAnswer> {
    await this.rates.take(key.hash, request.events.length);
    const settings = this.#settingsOf(key.source);
    const context = { source: key.source, receivedAt: Date.now(), sentAt: request.sentAt, settings };
    const topic = this.publisher.topicOf(key.source);
    const map = stampKey(segment.map, key.kind);
    const mapped = mapEvents(request.events, map, context, topic, this.config.COLLECTOR_MAX_EVENT_BYTES);
    await this.publisher.append(mapped.records);
    acceptedSignals.inc({ source: key.source }, mapped.accepted);
    for (const { reason } of mapped.quarantined) quarantinedEvents.inc({ source: key.source, reason });
    if (mapped.dropped > 0) droppedEvents.inc({ source: key.source }, mapped.dropped);
    return {
      success: true,
      accepted: mapped.accepted,
      quarantined: mapped.quarantined.length,
      dropped: mapped.dropped,
      accepted_at: Date.now(),
      ...(mapped.quarantined.length === 0 ? {} : { errors: mapped.quarantined.slice(0, MAX_ERRORS).map(shortened) }),
    };
  }
}
