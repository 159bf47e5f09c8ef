import { deflateSync, gzipSync } from 'node:zlib';

import { ConfigError, ContractError, MillraceError, RetryableError } from '@millrace/platform-errors';

import { answerOf } from './answer-of';
import { decompress } from './decompress';
import { parseJson } from './json-bodies';

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

describe('parseJson', () => {
  it('names what is wrong', () => {
    expect(() => parseJson(Buffer.from(''))).toThrow('empty');
    expect(() => parseJson(Buffer.from('{'))).toThrow('not valid JSON');
    expect(() => parseJson(Buffer.from(`${'['.repeat(100_000)}1e400${']'.repeat(100_000)}`))).toThrow(
      'nested too deeply',
    );
  });

  it.each([
    ['UTF-8', Buffer.from('{"a":"é"}')],
    ['UTF-8 after a byte order mark', Buffer.from('\uFEFF{"a":"é"}')],
    ['an escape', Buffer.from(String.raw`{"a":"\u00e9"}`)],
  ])('reads %s', (_title, body) => {
    expect(parseJson(body)).toEqual({ a: 'é' });
  });

  it.each([
    ['Latin-1', Buffer.from('{"a":"é"}', 'latin1'), 'byte 6 (0xe9)'],
    ['Windows-1252', Buffer.from([...Buffer.from('{"price":"5 '), 0x80, ...Buffer.from('"}')]), 'byte 12 (0x80)'],
    [
      'a broken sequence after a good one',
      Buffer.from([...Buffer.from('{"a":"é'), 0xe2, 0x82, 0x22, 0x7d]),
      'byte 8 (0xe2)',
    ],
    ['a sequence that ends early', Buffer.from('{"a":"é').subarray(0, 7), 'byte 6 (0xc3)'],
    ['a surrogate in bytes', Buffer.from([...Buffer.from('{"a":"'), 0xed, 0xa0, 0xbd, 0x22, 0x7d]), 'byte 6 (0xed)'],
    ['an overlong form', Buffer.from([...Buffer.from('{"a":"'), 0xc0, 0x80, 0x22, 0x7d]), 'byte 6 (0xc0)'],
    ['UTF-16', Buffer.from('{"a":1}', 'utf16le'), 'UTF-16'],
    ['UTF-16 after a byte order mark', Buffer.from('\uFEFF{"a":1}', 'utf16le'), 'UTF-16'],
    ['UTF-16, big endian', Buffer.from('{"a":"é"}', 'utf16le').swap16(), 'UTF-16'],
  ])('refuses %s', (_title, body, place) => {
    expect(() => parseJson(body)).toThrow(place);
    expect(() => parseJson(body)).toThrow('UTF-8');
  });

  it('takes U+FFFD that was sent', () => {
    expect(parseJson(Buffer.from('"\uFFFD"'))).toBe('\uFFFD');
  });
});
