import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { decompress } from './decompress';

/** Fastify as Nest brings it. */
export type Fastify = ReturnType<ReturnType<NestFastifyApplication['getHttpAdapter']>['getInstance']>;

interface IncomingRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>> & { readonly 'content-encoding'?: string };
}

/**
 * Bodies as bytes, under any content type or none: senders write JSON under application/json, text/plain,
 * application/x-www-form-urlencoded, and signatures are over bytes. The content type decides nothing, so it is taken away before Fastify
 * refuses what is not a valid one. Bounded twice: as sent by Fastify, inflated by `decompress`.
 */
export function acceptRawBodies(fastify: Fastify, bodyLimitBytes: number): void {
  fastify.removeAllContentTypeParsers();
  fastify.addHook('onRequest', (request, _reply, done) => {
    request.raw.headers['content-type'] = undefined;
    done();
  });
  fastify.addContentTypeParser(
    '*',
    { parseAs: 'buffer', bodyLimit: bodyLimitBytes },
    (request: IncomingRequest, body: Buffer, done: (error: Error | null, body?: Buffer) => void): void => {
      const encoding = request.headers['content-encoding'];
      if (encoding === undefined) return done(null, body);
      decompress(body, encoding, bodyLimitBytes).then((inflated) => done(null, inflated), done);
    },
  );
}
