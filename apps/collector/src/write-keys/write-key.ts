import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

import type { KeyKind } from '@millrace/contract-signal';

/** A write key as it is stored: never the key, only its hash. */
export interface StoredWriteKey {
  readonly source: string;
  /** sha256 of the key, lower-case hex. A key has 192 random bits, so a slow hash would protect nothing more. */
  readonly hash: string;
  readonly name: string;
  readonly kind: KeyKind;
  readonly isRevoked: boolean;
  /** Signal types that it may send; undefined: all. */
  readonly types?: ReadonlySet<string> | undefined;
  /** Of a page's key: origins of the pages that may use it; undefined: all. */
  readonly origins?: ReadonlySet<string> | undefined;
  /** Undefined: as all keys. 0: no limit. */
  readonly eventsPerSecond?: number | undefined;
}

export type KeyVerdict =
  | { readonly ok: true; readonly key: StoredWriteKey }
  | { readonly ok: false; readonly reason: 'missing' | 'unknown' | 'revoked' | 'not_of_this_origin' };

const PREFIX = 'mwk_';
const NOBODY = Buffer.alloc(32);

/** A new key; shown once, stored nowhere. `random` is for specs. */
export const createWriteKey = (random: Buffer = randomBytes(24)): string => PREFIX + random.toString('base64url');

const digestOf = (key: string): Buffer => createHash('sha256').update(key, 'utf8').digest();

export const hashWriteKey = (key: string): string => digestOf(key).toString('hex');

/** Keys by hash. The final comparison takes the same time whether or not the key is known. */
export class WriteKeys {
  readonly #byHash: ReadonlyMap<string, StoredWriteKey>;

  constructor(keys: readonly StoredWriteKey[]) {
    this.#byHash = new Map(keys.map((key) => [key.hash, key]));
  }

  get size(): number {
    return this.#byHash.size;
  }

  get sources(): readonly string[] {
    return [...new Set([...this.#byHash.values()].map((key) => key.source))];
  }

  /** `origin`: of the page that sends, as its browser says it. */
  check(presented: string | null, origin?: string): KeyVerdict {
    if (presented === null) return { ok: false, reason: 'missing' };
    const digest = digestOf(presented);
    const candidate = this.#byHash.get(digest.toString('hex'));
    const expected = candidate === undefined ? NOBODY : Buffer.from(candidate.hash, 'hex');
    const isEqual = timingSafeEqual(digest, expected);
    if (candidate === undefined || !isEqual) return { ok: false, reason: 'unknown' };
    if (candidate.isRevoked) return { ok: false, reason: 'revoked' };
    const isOfOrigin = candidate.origins === undefined || candidate.origins.has(origin?.toLowerCase() ?? '');
    return isOfOrigin ? { ok: true, key: candidate } : { ok: false, reason: 'not_of_this_origin' };
  }
}
