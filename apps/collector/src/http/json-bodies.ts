import { readJson } from '@millrace/catalog-sources';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { payloadInvalid } from '../intake/read-request';
import { decompress } from './decompress';
import { explainJsonError } from './explain-json-error';
import { readUtf8 } from './read-utf8';

/** Fastify as Nest brings it. */
type Fastify = ReturnType<ReturnType<NestFastifyApplication['getHttpAdapter']>['getInstance']>;

interface IncomingRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>> & { readonly 'content-encoding'?: string };
}

/**
 * SDKs send JSON under application/json, text/plain, application/x-www-form-urlencoded or nothing at all, plain or
 * gzipped: one parser takes them all. The content type decides nothing, so it is taken away before Fastify refuses what is
 * not a valid one. Bounded twice: as sent by Fastify, inflated by `decompress`.
 */
export function acceptJsonBodies(fastify: Fastify, bodyLimitBytes: number): void {
  fastify.removeAllContentTypeParsers();
  fastify.addHook('onRequest', (request, _reply, done) => {
    request.raw.headers['content-type'] = undefined;
    done();
  });
  fastify.addContentTypeParser(
    '*',
    { parseAs: 'buffer', bodyLimit: bodyLimitBytes },
    async (request: IncomingRequest, body: Buffer): Promise<unknown> => {
      return parseJson(await decompress(body, request.headers['content-encoding'], bodyLimitBytes));
    },
  );
}

/** A body in UTF-8, with or without a byte order mark, read so that no value changes. */
export function parseJson(body: Buffer): unknown {
  if (body.length === 0) throw payloadInvalid('The body is empty');
  const text = readUtf8(body);
  try {
    return readJson(text);
  } catch (cause) {
    if (cause instanceof RangeError) throw payloadInvalid('The body is nested too deeply', cause);
    throw payloadInvalid(`The body is not valid JSON: ${explainJsonError(text, cause)}`, cause);
  }
}
