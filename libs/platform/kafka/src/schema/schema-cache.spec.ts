import { RetryableError } from '@millrace/platform-errors';
import type { RegistryAnswer } from './registry-client';
import { createSchemaCache } from './schema-cache';

describe('the schema cache', () => {
  let asked: string[];
  let answers: (RegistryAnswer | Error)[];
  let now: number;
  const open = () => {
    asked = [];
    now = 1_000;
    return createSchemaCache(
      async (_method, path) => {
        asked.push(path);
        const answer = answers.shift();
        if (answer === undefined || answer instanceof Error) throw answer ?? new Error('not expected');
        return answer;
      },
      () => now,
    );
  };
  const unknown: RegistryAnswer = { ok: false, status: 404, errorCode: 40403, message: 'Schema not found' };
  const known: RegistryAnswer = { ok: true, body: { schema: '"string"' } };
  const away = new RetryableError('no answer', { code: 'REGISTRY_UNAVAILABLE' });

  it('asks once for a schema, also when many ask at the same time', async () => {
    answers = [known];
    const cache = open();
    expect(cache.peek(7)).toBeUndefined();
    const lookups = await Promise.all([cache.get(7), cache.get(7), cache.get(7)]);
    expect(lookups.every((lookup) => lookup.ok)).toBe(true);
    now += 1e9;
    expect(cache.peek(7)).toEqual(lookups[0]);
    expect(asked).toEqual(['/schemas/ids/7']);
  });

  it('keeps "unknown" for half a minute, then asks again', async () => {
    answers = [unknown, known];
    const cache = open();
    expect(await cache.get(7)).toMatchObject({ ok: false, reason: 'unknown_schema' });
    now += 29_000;
    expect(await cache.get(7)).toMatchObject({ ok: false });
    now += 2_000;
    expect(await cache.get(7)).toMatchObject({ ok: true });
    expect(asked).toHaveLength(2);
  });

  it('makes no verdict of a registry that does not answer', async () => {
    answers = [away, known];
    const cache = open();
    await expect(cache.get(7)).rejects.toMatchObject({ isRetryable: true });
    expect(await cache.get(7)).toMatchObject({ ok: true });
  });

  it.each([
    ['no Avro', { schema: '{}', schemaType: 'JSON' }],
    ['not readable', { schema: '{"type":"nonsense"}' }],
    ['no text', {}],
  ])('calls a schema that is %s unreadable', async (_what, body) => {
    answers = [{ ok: true, body }];
    expect(await open().get(7)).toMatchObject({ ok: false, reason: 'unreadable_schema' });
  });
});
