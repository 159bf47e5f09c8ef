import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { hashWriteKey } from './write-key';
import { readWriteKeys } from './read-write-keys';

const HASH = hashWriteKey('mwk_x');
const sources = ['website', 'product'];
const fileOf = (content: string): string => {
  const file = join(mkdtempSync(join(tmpdir(), 'keys-')), 'keys.json');
  writeFileSync(file, content);
  return file;
};
const problemOf = (lines: readonly string[], file?: string): unknown => {
  try {
    readWriteKeys({ lines, file, sources });
    return 'none';
  } catch (error) {
    return error;
  }
};

describe('readWriteKeys', () => {
  it('joins the environment and the file', () => {
    const file = fileOf(JSON.stringify({ keys: [{ source: 'product', hash: hashWriteKey('mwk_y'), revoked: true }] }));
    const keys = readWriteKeys({ lines: [`website:${HASH}`], file, sources });
    expect(keys.check('mwk_x')).toMatchObject({ ok: true, key: { source: 'website' } });
    expect(keys.check('mwk_y')).toEqual({ ok: false, reason: 'revoked' });
    expect(keys.sources).toEqual(['website', 'product']);
  });

  it('takes a key for one of a page unless it says that it is a server’s', () => {
    const key = (name: string, more: object = {}) => ({ source: 'product', hash: hashWriteKey(name), ...more });
    const file = fileOf(JSON.stringify({ keys: [key('a'), key('b', { kind: 'server' })] }));
    const lines = [`website:${hashWriteKey('c')}`, `website:${hashWriteKey('d')}:server`];
    const keys = readWriteKeys({ lines, file, sources });
    const kinds = ['a', 'b', 'c', 'd'].map((name) => keys.check(name)).map((check) => check.ok && check.key.kind);
    expect(kinds).toEqual(['page', 'server', 'page', 'server']);
  });

  it.each([
    ['a kind that does not exist', [`website:${HASH}:browser`], undefined, 'CONFIG_INVALID'],
    ['more than a kind', [`website:${HASH}:server:x`], undefined, 'CONFIG_INVALID'],
    ['no key at all', [], undefined, 'CONFIG_INVALID'],
    ['a key instead of its hash', ['website:mwk_secret'], undefined, 'CONFIG_INVALID'],
    ['a source without a topic', [`elsewhere:${HASH}`], undefined, 'SOURCE_UNKNOWN'],
    ['a missing file', [], '/nowhere/keys.json', 'FILE_UNREADABLE'],
    ['a file that is no JSON', [], fileOf('keys'), 'FILE_INVALID'],
    ['a file of another shape', [], fileOf('{"keys": [{"source": "website"}]}'), 'FILE_INVALID'],
  ])('refuses %s', (_title, lines, file, code) => {
    const problem = problemOf(lines, file);
    expect(problem).toMatchObject({ code });
    expect(String(problem)).not.toContain('mwk_secret');
  });
});
