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

  describe('references', () => {
    const refer = (name: string) => ({ name, subject: `${name}-subject`, version: 2 });
    const record = (name: string, type: string) =>
      JSON.stringify({ type: 'record', name, fields: [{ name: 'f', type }] });
    const answer = (schema: string, ...names: string[]): RegistryAnswer => ({
      ok: true,
      body: { schema, references: names.map(refer) },
    });

    it('are fetched through all levels, each once, those named first', async () => {
      const both = JSON.stringify({
        type: 'record',
        name: 'A',
        fields: ['B', 'C'].map((type) => ({ name: type.toLowerCase(), type })),
      });
      answers = [answer(both, 'B', 'C'), answer(record('B', 'C'), 'C'), answer(record('C', 'string'))];
      const lookup = await open().get(7);
      expect(lookup).toMatchObject({ ok: true, schema: { references: [record('C', 'string'), record('B', 'C')] } });
      expect(asked).toEqual(['/schemas/ids/7', '/subjects/B-subject/versions/2', '/subjects/C-subject/versions/2']);
    });

    it('that the registry does not have make the schema unreadable, in words', async () => {
      answers = [answer(record('A', 'B'), 'B'), { ok: false, status: 404, errorCode: 40401, message: 'not found' }];
      expect(await open().get(7)).toMatchObject({
        ok: false,
        reason: 'unreadable_schema',
        detail: 'Schema 7: it refers to B, but the registry has no version 2 of B-subject',
      });
    });

    it('are waited for while the registry does not answer', async () => {
      answers = [answer(record('A', 'B'), 'B'), away, answer(record('A', 'B'), 'B'), answer(record('B', 'int'))];
      const cache = open();
      await expect(cache.get(7)).rejects.toMatchObject({ isRetryable: true });
      expect(await cache.get(7)).toMatchObject({ ok: true });
    });

    it('in a circle, or without end, end', async () => {
      answers = [answer(record('A', 'B'), 'B'), answer(record('B', 'A'), 'B')];
      expect(await open().get(7)).toMatchObject({ ok: false, reason: 'unreadable_schema' });
      answers = Array.from({ length: 200 }, (_, level) => answer(record(`R${level}`, 'int'), `R${level + 1}`));
      expect(await open().get(7)).toMatchObject({ ok: false, detail: 'Schema 7: it refers to more than 100 schemas' });
    });
  });

  it('does not mind a default that only a reader would use', async () => {
    const fields = [{ name: 'a', type: ['string', 'null'], default: null }];
    answers = [{ ok: true, body: { schema: JSON.stringify({ type: 'record', name: 'R', fields }) } }];
    expect(await open().get(7)).toMatchObject({ ok: true });
  });
});
