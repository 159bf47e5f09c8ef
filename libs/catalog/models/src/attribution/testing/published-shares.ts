import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Path } from './markov-by-removal';

/** Paths, and the credit that a published implementation gives; `published-shares.py` says which and how. */
export interface PublishedShares {
  /** Hours from each touch to the conversion, the earliest touch first. */
  readonly paths: readonly (Path & { readonly hours: readonly number[] })[];
  /** Conversions, by rule and channel. A channel without any may be left out. */
  readonly credit: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly markov_shares: Readonly<Record<string, number>>;
}

export const publishedShares = (): PublishedShares =>
  JSON.parse(readFileSync(join(__dirname, 'published-shares.json'), 'utf8')) as PublishedShares;
