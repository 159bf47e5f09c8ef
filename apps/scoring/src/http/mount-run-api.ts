import { UsageError } from '@millrace/platform-errors';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { z } from 'zod';

import { answerOf } from './answer-of';
import { ROUTES, type Route, type RouteName } from './run-api';

/** Fastify as Nest brings it. */
type Fastify = ReturnType<ReturnType<NestFastifyApplication['getHttpAdapter']>['getInstance']>;

/** Largest body that is read: one run is a few words. */
const BODY_BYTES = 16 * 1024;

type Read<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;
type PartOf<Name extends RouteName, Part extends 'params' | 'query' | 'body'> = (typeof ROUTES)[Name] extends {
  readonly [key in Part]: infer Schema;
}
  ? Read<Schema>
  : undefined;

export interface Asked<Name extends RouteName> {
  readonly params: PartOf<Name, 'params'>;
  readonly query: PartOf<Name, 'query'>;
  readonly body: PartOf<Name, 'body'>;
}

export type Handlers = {
  readonly [Name in RouteName]: (asked: Asked<Name>) => Promise<{ readonly status: number; readonly body: object }>;
};

export interface RunApiDeps {
  readonly handlers: Handlers;
  /** Throws when the sender may not ask; looked at before the body is read. */
  readonly checkToken: (authorization: string | undefined) => void;
  /** Of what nobody planned. */
  readonly onError: (error: unknown) => void;
}

/** Serves the routes of run-api.ts. */
export function mountRunApi(fastify: Fastify, { handlers, checkToken, onError }: RunApiDeps): void {
  const errorHandler = (error: unknown, _request: unknown, reply: Reply): void => {
    const { status, retryAfter, body } = answerOf(error);
    if (status === 500) onError(error);
    if (status === 401) void reply.header('www-authenticate', 'Bearer');
    if (retryAfter !== undefined) void reply.header('retry-after', String(retryAfter));
    void reply.header('cache-control', 'no-store').code(status).send(body);
  };
  for (const [name, route] of Object.entries(ROUTES) as [RouteName, Route][]) {
    fastify.route({
      method: route.method,
      url: route.path.replace(/\{(\w+)\}/g, ':$1'),
      bodyLimit: BODY_BYTES,
      errorHandler: errorHandler as never,
      onRequest: (request, _reply, done) => {
        try {
          checkToken(request.headers.authorization);
          done();
        } catch (error) {
          done(error as Error);
        }
      },
      handler: async (request, reply) => {
        const asked = {
          params: read('the path', route.params, request.params),
          query: read('the query', route.query, request.query),
          body: read('the body', route.body, request.body),
        };
        const { status, body } = await handlers[name](asked as never);
        return reply.header('cache-control', 'no-store').code(status).send(body);
      },
    });
  }
}

/** Throws USAGE_INVALID that names every problem. */
function read(place: string, schema: z.ZodObject | undefined, value: unknown): unknown {
  if (schema === undefined) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${path.length === 0 ? place : path.join('.')}: ${message}`,
  );
  throw new UsageError(`Of ${place} is not valid: ${problems.join('; ')}`, {
    advice: 'GET /v1/openapi.json says what is taken',
  });
}

/** What is used of Fastify's reply. */
interface Reply {
  header(name: string, value: string): Reply;
  code(status: number): { send(body: unknown): unknown };
}
