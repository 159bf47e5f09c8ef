import { createWriteKey, hashWriteKey, WriteKeys, type StoredWriteKey } from './write-key';

const KEY = createWriteKey(Buffer.alloc(24, 7));
const stored = (more: Partial<StoredWriteKey> = {}): StoredWriteKey => ({
  source: 'website',
  hash: hashWriteKey(KEY),
  name: '',
  kind: 'page',
  isRevoked: false,
  ...more,
});

describe('WriteKeys', () => {
  it.each([
    ['a known key', KEY, {}, { ok: true, key: { source: 'website' } }],
    ['a revoked key', KEY, { isRevoked: true }, { ok: false, reason: 'revoked' }],
    ['another key', createWriteKey(), {}, { ok: false, reason: 'unknown' }],
    ['the hash itself', hashWriteKey(KEY), {}, { ok: false, reason: 'unknown' }],
    ['no key', null, {}, { ok: false, reason: 'missing' }],
    ['an empty key', '', {}, { ok: false, reason: 'unknown' }],
  ])('%s', (_title, presented, more, verdict) => {
    expect(new WriteKeys([stored(more)]).check(presented)).toMatchObject(verdict);
  });

  it('creates keys of 192 random bits that stand in a header or a URL as they are', () => {
    const keys = Array.from({ length: 100 }, () => createWriteKey());
    expect(new Set(keys).size).toBe(100);
    for (const key of keys) expect(key).toMatch(/^mwk_[A-Za-z0-9_-]{32}$/);
  });
});
