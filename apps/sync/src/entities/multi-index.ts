/** Which keys an identity belongs to: many to many, and whole again after every change. Pure. */
export class MultiIndex {
  readonly #keysOf = new Map<string, string | Set<string>>();
  readonly #identitiesOf = new Map<string, readonly string[]>();

  /** Replaces what was known of a key; without identities the key is forgotten. */
  set(key: string, identities: readonly string[]): void {
    for (const identity of this.#identitiesOf.get(key) ?? []) this.#remove(identity, key);
    const unique = [...new Set(identities)];
    if (unique.length === 0) this.#identitiesOf.delete(key);
    else this.#identitiesOf.set(key, unique);
    for (const identity of unique) this.#add(identity, key);
  }

  keys(identity: string): readonly string[] {
    const keys = this.#keysOf.get(identity);
    if (keys === undefined) return [];
    return typeof keys === 'string' ? [keys] : [...keys];
  }

  // Almost every identity belongs to one key: a set for each would cost more than the rest.
  #add(identity: string, key: string): void {
    const keys = this.#keysOf.get(identity);
    if (keys === undefined) this.#keysOf.set(identity, key);
    else if (typeof keys === 'string') this.#keysOf.set(identity, new Set([keys, key]));
    else keys.add(key);
  }

  #remove(identity: string, key: string): void {
    const keys = this.#keysOf.get(identity);
    if (keys === key) this.#keysOf.delete(identity);
    if (typeof keys !== 'object') return;
    keys.delete(key);
    const [only] = keys;
    if (keys.size === 1 && only !== undefined) this.#keysOf.set(identity, only);
  }
}
