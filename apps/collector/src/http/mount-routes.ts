import type { HttpRoute, RawRequest } from '@millrace/catalog-sources';
import { describeError } from '@millrace/platform-errors';
import { Logger } from '@nestjs/common';

import type { Instance } from '../instances/load-instances';
import { rejectedRequests, requestSeconds } from '../metrics';
import { answerOf } from './answer-of';
import type { HttpInstance, Intake, MountedRoute } from './intake';
import { publicUrlOf, type AddressHints } from './public-url';
import type { Fastify } from './raw-bodies';

const isHttp = (instance: Instance): instance is HttpInstance => instance.source?.kind === 'http';

/** Instances that take requests. */
export const httpInstances = (instances: readonly Instance[]): HttpInstance[] => instances.filter(isHttp);

interface Mounted {
  readonly url: string;
  readonly at: MountedRoute;
}

/** Routes by write key once for each type, since the key names the instance; by signature for each instance. */
export function routesOf(instances: readonly HttpInstance[]): readonly Mounted[] {
  const sources = [...new Set(instances.map(({ source }) => source))];
  const byKey = sources.flatMap(({ routes }) =>
    routes.flatMap((route) => (route.auth === 'signature' ? [] : [{ url: route.path, at: { route } }])),
  );
  const bySignature = instances.flatMap((instance) =>
    instance.source.routes.flatMap((route) =>
      route.auth === 'signature' ? [{ url: urlOf(instance.name, route.path), at: { route, instance } }] : [],
    ),
  );
  return [...byKey, ...bySignature];
}

const urlOf = (instance: string, path: string): string => `/webhooks/${instance}${path}`.replace(/\/+$/, '');

/** What is kept beside a request until it is answered; headers come before the body. */
class Noted {
  readonly startedAt = performance.now();
  source = 'unknown';
  sender: ReturnType<Intake['greet']>;
}

interface Incoming {
  readonly headers: AddressHints & RawRequest['headers'];
  readonly params: RawRequest['params'];
  readonly body?: unknown;
  noted: Noted | null;
}

/** A request as sources read it; made without a copy. */
class IncomingRequest implements RawRequest {
  readonly receivedAt = Date.now();
  readonly #configured: string | undefined;
  readonly #incoming: Incoming;

  constructor(incoming: Incoming, configured: string | undefined) {
    this.#incoming = incoming;
    this.#configured = configured;
  }
  get headers(): RawRequest['headers'] {
    return this.#incoming.headers;
  }
  get params(): RawRequest['params'] {
    return this.#incoming.params;
  }
  get body(): Buffer {
    const { body } = this.#incoming;
    return Buffer.isBuffer(body) ? body : EMPTY;
  }
  get publicUrl(): URL | undefined {
    return publicUrlOf(this.#incoming.headers, this.#configured);
  }
}

const EMPTY = Buffer.alloc(0);

const QUIET_MS = 10_000;

/** Serves the routes. What was answered is counted; of what an operator must mend is said what it is, of an outage once in ten seconds. */
export function mountRoutes(
  fastify: Fastify,
  mounted: readonly Mounted[],
  intake: Intake,
  publicUrl: string | undefined,
): void {
  const logger = new Logger('intake');
  let quietUntil = 0;
  fastify.decorateRequest('noted', null);

  const note = (request: Incoming): Noted => (request.noted ??= new Noted());
  const observe = (request: Incoming, status: number): void =>
    requestSeconds.observe({ status }, (performance.now() - note(request).startedAt) / 1_000);

  const errorHandler = (error: unknown, request: Incoming, reply: Reply): void => {
    const { status, retryAfter, body } = answerOf(error);
    rejectedRequests.inc({ source: note(request).source, code: body.code });
    observe(request, status);
    if (status === 500) logger.error(error);
    if (status === 503 && Date.now() >= quietUntil) {
      quietUntil = Date.now() + QUIET_MS;
      logger.warn(`Answering 503: ${describeError(error)}`);
    }
    if (retryAfter !== undefined) void reply.header('retry-after', String(retryAfter));
    void reply.code(status).send(body);
  };

  for (const { url, at } of mounted) {
    fastify.route({
      method: at.route.method,
      url,
      errorHandler: errorHandler as never,
      onRequest: (request, _reply, done) => {
        const incoming = request as unknown as Incoming;
        const about = note(incoming);
        try {
          about.sender = intake.greet(at, new IncomingRequest(incoming, publicUrl));
          if (about.sender !== undefined) about.source = about.sender.instance.name;
          done();
        } catch (error) {
          done(error as Error);
        }
      },
      handler: async (request, reply) => {
        const incoming = request as unknown as Incoming;
        const about = note(incoming);
        const raw = new IncomingRequest(incoming, publicUrl);
        const answer = await intake.accept(at, raw, about.sender, (name) => (about.source = name));
        observe(incoming, answer.status);
        // Of an SDK's settings the answer depends on who asks, and a key is revoked within seconds.
        if (at.route.method === 'GET') void reply.header('cache-control', 'no-store');
        return reply
          .code(answer.status)
          .header('content-type', answer.contentType ?? 'application/json; charset=utf-8')
          .send(answer.body);
      },
    });
  }
}

/** What is used of Fastify's reply. */
interface Reply {
  header(name: string, value: string): Reply;
  code(status: number): { send(body: unknown): unknown };
}
/** For whoever asks for a path that is not served. */
export const pathsOf = (
  mounted: readonly { readonly url: string; readonly at: { readonly route: HttpRoute<never> } }[],
): string[] => mounted.map(({ url, at }) => `${at.route.method} ${url}`);
