import { deflateSync, gzipSync } from 'node:zlib';

import { ConfigError, ContractError, MillraceError, RetryableError } from '@millrace/platform-errors';

import { answerOf } from './answer-of';
import { decompress } from './decompress';

describe('answerOf', () => {
  const producer = (code: 'SOURCE_UNAUTHORIZED' | 'SOURCE_PAYLOAD_INVALID'): Error =>
    new MillraceError('said', { code, actor: 'producer' });
  it.each([
    [producer('SOURCE_UNAUTHORIZED'), 401, undefined],
    [producer('SOURCE_PAYLOAD_INVALID'), 400, undefined],
    [new RetryableError('slow down', { code: 'SOURCE_RATE_LIMITED', details: { retryAfterSeconds: 7 } }), 429, 7],
    [new RetryableError('full', { code: 'KAFKA_QUEUE_FULL' }), 429, 1],
    [new RetryableError('away', { code: 'KAFKA_UNAVAILABLE' }), 503, 5],
    [new ConfigError('gone', { code: 'TOPIC_MISSING' }), 503, 5],
    [new RetryableError('later', { code: 'REGISTRY_UNAVAILABLE' }), 503, 5],
    [new ContractError('ours to mend'), 500, undefined],
    [Object.assign(new Error('Request body is too large'), { statusCode: 413 }), 413, undefined],
    [new TypeError('x is not a function'), 500, undefined],
    ['thrown text', 500, undefined],
  ])('%s → %i', (error, status, retryAfter) => {
    expect(answerOf(error)).toMatchObject({ status, body: { success: false } });
    expect(answerOf(error).retryAfter).toBe(retryAfter);
  });

  it('keeps the message of an unplanned error inside', () => {
    expect(answerOf(new TypeError('secret')).body.message).toBe('Internal error');
  });
});

describe('decompress', () => {
  const text = 'x'.repeat(1_000);
  it.each([
    ['gzip', gzipSync(text)],
    ['GZIP', gzipSync(text)],
    ['deflate', deflateSync(text)],
    [undefined, Buffer.from(text)],
    ['identity', Buffer.from(text)],
  ])('undoes %s', async (encoding, body) => {
    expect((await decompress(body, encoding, 1_000)).toString()).toBe(text);
  });

  it('stops at the bound', async () => {
    await expect(decompress(gzipSync(text), 'gzip', 999)).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  });

  it.each(['gzip', 'deflate', 'br'])('refuses what is not %s', async (encoding) => {
    await expect(decompress(Buffer.from('{}'), encoding, 100)).rejects.toMatchObject({
      code: 'SOURCE_PAYLOAD_INVALID',
    });
  });
});
