import type { HttpAnswer, HttpRoute, HttpSource, RawRequest, ReadResult, Summary } from '@millrace/catalog-sources';
import { usualAnswer } from '@millrace/catalog-sources';

import type { CollectorConfig } from '../app.config';
import type { Instance } from '../instances/load-instances';
import { mapRecords } from '../publish/map-records';
import type { PublisherService } from '../publish/publisher.service';
import type { WriteKeysService } from '../write-keys/write-keys.service';
import type { KeyVerdict, StoredWriteKey } from '../write-keys/write-key';
import { RateLimits } from './rate-limits';
import { readCredentials } from './read-credentials';
import { refusedBySource, tooManyEvents, unauthorized } from './refusals';

/** An instance that takes requests. */
export interface HttpInstance extends Instance {
  readonly source: HttpSource;
}

/** Who sends: an instance, and the key that names it where there is one. */
interface Sender {
  readonly instance: HttpInstance;
  readonly key?: StoredWriteKey;
  readonly writeKey: string | null;
}

/** Where a request arrived: a route of a type, of an instance where it proves the sender by a signature. */
export type MountedRoute =
  | { readonly route: Extract<HttpRoute<unknown>, { auth: 'write_key' | 'none' }> }
  | { readonly route: Extract<HttpRoute<unknown>, { auth: 'signature' }>; readonly instance: HttpInstance };

type Headers = RawRequest['headers'];

const REFUSED_KEY: Readonly<Record<Extract<KeyVerdict, { ok: false }>['reason'], string>> = {
  missing: 'The write key is missing',
  unknown: 'The write key is unknown',
  revoked: 'The write key is revoked',
  not_of_this_origin: 'The write key may not be used from this origin',
};

/** The steps of a request: who is it, may it, what is it, is it safe. */
export class Intake {
  readonly #instances: ReadonlyMap<string, HttpInstance>;
  readonly #rates: RateLimits;

  constructor(
    private readonly config: CollectorConfig,
    instances: readonly HttpInstance[],
    private readonly keys: Pick<WriteKeysService, 'check'>,
    private readonly publisher: Pick<PublisherService, 'topicsOf' | 'publish'>,
  ) {
    this.#instances = new Map(instances.map((instance) => [instance.name, instance]));
    this.#rates = new RateLimits(config.COLLECTOR_EVENTS_PER_SECOND_PER_KEY);
  }

  /**
   * What can be said before the body is read. The sender, if headers name it already. Throws SOURCE_UNAUTHORIZED, and
   * SERVICE_NOT_READY where nothing could be appended.
   */
  greet(mounted: MountedRoute, request: Omit<RawRequest, 'body'>): Sender | undefined {
    if ('instance' in mounted) {
      const { instance, route } = mounted;
      const refused = route.check?.(request, instance.settings);
      if (refused !== undefined) throw refusedBySource(refused);
      this.publisher.topicsOf(instance.name);
      return { instance, writeKey: null };
    }
    const writeKey = readCredentials(request.headers['authorization']);
    if (mounted.route.auth === 'none' || writeKey === null) return undefined;
    return this.#senderOf(writeKey, request.headers, mounted.route);
  }

  /** Resolves once everything that the answer counts is on all in-sync replicas. `noteSource` is told whose request it is. */
  async accept(
    mounted: MountedRoute,
    request: RawRequest,
    greeted: Sender | undefined,
    noteSource: (name: string) => void,
  ): Promise<HttpAnswer> {
    const { route } = mounted;
    if (route.auth === 'none') return route.answer(NOTHING, request);
    const read: ReadResult =
      'instance' in mounted
        ? mounted.route.read(request, mounted.instance.settings)
        : (route as Extract<typeof route, { auth: 'write_key' }>).read(request);
    if (!read.ok) throw refusedBySource(read);
    const sender = greeted ?? this.#senderOf(read.writeKey ?? null, request.headers, route);
    noteSource(sender.instance.name);
    const most = this.config.COLLECTOR_MAX_BATCH_EVENTS;
    if (read.records.length > most) throw tooManyEvents(read.records.length, most);
    const summary = await this.#append(sender, read.records, read.sentAt ?? null, request.receivedAt);
    const answer = route.answer?.(summary, request) ?? usualAnswer(summary);
    if ('ok' in answer) throw refusedBySource(answer);
    return answer;
  }

  #senderOf(writeKey: string | null, headers: Headers, route: HttpRoute<unknown>): Sender {
    const verdict = this.keys.check(writeKey, headers['origin']);
    if (!verdict.ok) {
      throw unauthorized(
        REFUSED_KEY[verdict.reason],
        'Send it as user of Basic authorization, as a Bearer token, or where the protocol has it',
      );
    }
    const instance = this.#instances.get(verdict.key.source);
    if (instance === undefined || !instance.source.routes.includes(route)) {
      throw unauthorized('The write key is of a source that does not take such requests');
    }
    this.publisher.topicsOf(instance.name);
    return { instance, key: verdict.key, writeKey };
  }

  async #append(
    { instance, key, writeKey }: Sender,
    records: readonly unknown[],
    sentAt: number | null,
    receivedAt: number,
  ): Promise<Summary> {
    const { name, source, settings } = instance;
    if (records.length > 0) await this.#rates.take(key?.hash ?? name, records.length, key?.eventsPerSecond);
    const mapped = mapRecords(
      records,
      source.map,
      { instance: name, receivedAt, sentAt, settings },
      this.publisher.topicsOf(name),
      {
        maxEventBytes: this.config.COLLECTOR_MAX_EVENT_BYTES,
        keyKind: key?.kind ?? null,
        types: key?.types,
      },
    );
    await this.publisher.publish(name, mapped);
    const { accepted, quarantined, dropped } = mapped;
    return { accepted, quarantined, dropped, acceptedAt: Date.now(), writeKey };
  }
}

const NOTHING: Summary = { accepted: 0, quarantined: [], dropped: 0, acceptedAt: 0, writeKey: null };
