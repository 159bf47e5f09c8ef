import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parseSettingsText, settingsError } from '@millrace/platform-settings';
import fc from 'fast-check';
import { z } from 'zod';

import { inspectPart } from './inspect-part';
import { createRedact } from './redact';

const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
afterAll(() => rmSync(folder, { recursive: true }));

const schema = z.strictObject({
  url: z.url(),
  token: z.string().min(20).meta({ secret: true }).optional(),
  headers: z.record(z.string(), z.string().meta({ secret: true })).default({}),
  keys: z
    .array(z.strictObject({ key: z.string() }))
    .meta({ secret: true })
    .default([]),
});
const TOKEN = 'token-of-twenty-characters';

function read(yaml: string, env: Record<string, string> = {}) {
  const text = parseSettingsText(yaml, join(folder, 'file.yaml'));
  const part = inspectPart(text, { schema, value: text.value, path: [], env });
  const lines = part.problems.length === 0 ? [] : settingsError(text, part.problems).message.split('\n').slice(1);
  return { ...part, lines: lines.map((line) => line.trim().replaceAll(`${folder}/`, '')) };
}

describe('a reference', () => {
  it.each([
    ['a variable', '{ env: A }', { A: TOKEN }],
    ['the file that a variable names', '{ env: A }', { A_FILE: write('token', `${TOKEN}\n`) }],
    ['its default', `{ env: A, default: ${TOKEN} }`, {}],
    ['the variable before the default', '{ env: A, default: other }', { A: TOKEN }],
    ['a file beside the settings', '{ file: token }', {}],
    ['a file of Windows', '{ file: crlf }', {}],
    ['a file anywhere', `{ file: ${join(folder, 'token')} }`, {}],
  ])('is %s', (_what, reference, env) => {
    write('crlf', `${TOKEN}\r\n`);
    expect(read(`{ url: 'https://x.test', token: ${reference} }`, env).data?.token).toBe(TOKEN);
  });

  it('stands for text at any depth, and a mapping that is not one stays', () => {
    const { data } = read(
      `{ url: 'https://x.test', headers: { env: A, other: { env: A } }, keys: [{ key: { env: A } }] }`,
      { A: TOKEN },
    );
    expect(data).toEqual({ url: 'https://x.test', headers: { env: 'A', other: TOKEN }, keys: [{ key: TOKEN }] });
  });

  it('keeps the space within and around a secret, but for the last line end of a file', () => {
    write('spaces', ' a secret with spaces \n\n');
    expect(read(`{ url: 'https://x.test', token: { file: spaces } }`).data?.token).toBe(' a secret with spaces \n');
  });
});

it('names all problems at once: where, what, and what to do; a value from elsewhere by its origin', () => {
  write('empty', '\n');
  write('large', 'x'.repeat(70_000));
  const { lines, data } = read(
    [
      'url: { env: A_URL }',
      'token: { env: A_TOKEN }',
      'headers:',
      '  a: { env: MISSING }',
      '  b: { file: nothing }',
      '  c: { file: empty }',
      '  d: { file: large }',
      '  e: { env: BOTH }',
      'colour: red',
    ].join('\n'),
    { A_URL: 'not-a-url-but-a-secret', A_TOKEN: 'short-secret', BOTH: 'x', BOTH_FILE: 'y' },
  );
  expect(data).toBeUndefined();
  expect(lines).toEqual([
    'file.yaml:4:3 headers.a: MISSING is not set: set it, or MISSING_FILE to a file that holds it',
    expect.stringMatching(/^file\.yaml:5:3 headers\.b: names nothing, which cannot be read: ENOENT/),
    'file.yaml:6:3 headers.c: names empty, which is empty',
    expect.stringMatching(/^file\.yaml:7:3 headers\.d: names large, which cannot be read: it has 70000 bytes/),
    expect.stringMatching(/^file\.yaml:8:3 headers\.e: BOTH: both BOTH and BOTH_FILE are set/),
    'file.yaml:1:1 url: is text of 22 characters from A_URL: give a URL such as https://example.com/path',
    'file.yaml:2:1 token: is text of 12 characters from A_TOKEN: give 20 characters or more',
    expect.stringContaining('file.yaml:9:1 colour: is not known here'),
  ]);
  expect(lines.join()).not.toMatch(/not-a-url|short-secret/);
});

it('does not show what the schema marks as a secret, wherever the mark stands', () => {
  const { lines } = read(`{ url: 'https://x.test', token: visible, headers: { a: 7 }, keys: [{ key: 8 }] }`);
  expect(lines).toEqual([
    'file.yaml:1:26 token: is text of 7 characters: give 20 characters or more',
    expect.stringContaining('headers.a'),
    expect.stringContaining('keys[0].key'),
  ]);
});

describe('redact', () => {
  it('takes what the schema marks out of any text, read from the file or from elsewhere', () => {
    const { redact } = read(
      `{ url: 'https://x.test', token: { env: A }, headers: { h: in-the-file }, keys: [{ key: key-of-a-list }] }`,
      { A: TOKEN },
    );
    expect(redact(`${TOKEN}, in-the-file, key-of-a-list at https://x.test`)).toBe(
      '[redacted], [redacted], [redacted] at https://x.test',
    );
  });

  it.each([
    ['in a URL', 'a b/c&d+e', '?key=a%20b%2Fc%26d%2Be&x=1', '?key=[redacted]&x=1'],
    ['in JSON', 'a "quoted" one', '{"key":"a \\"quoted\\" one"}', '{"key":"[redacted]"}'],
    ['of lines, on one', 'one\ntwo\nthree', 'key one two three.', 'key [redacted].'],
    ['that was cut with the text', 'secret-of-length', 'you sent secret-of-l', 'you sent [redacted]'],
    ['that is too short to be told from a word', 'at', 'look at it', 'look at it'],
  ])('takes out one %s', (_what, secret, text, expected) => {
    expect(createRedact([secret])(text)).toBe(expected);
  });

  it('leaves nothing of a secret, whatever surrounds it', () => {
    const secrets = fc.uniqueArray(fc.string({ minLength: 8, maxLength: 20, unit: 'grapheme-ascii' }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(secrets, fc.string(), fc.string(), (all, before, after) => {
        const redact = createRedact(all);
        for (const secret of all) {
          expect(redact(`${before}${secret}${after}`).includes(secret)).toBe('[redacted]'.includes(secret));
        }
      }),
    );
  });
});
