import type { Token, TokenAnswer } from './token';

/** A token that ends while a request is on its way would be refused. */
const EARLY_MS = 30_000;

/** Keeps one token for all callers. Whoever needs a new one while one is fetched waits for that one. */
export class TokenKeeper {
  readonly #fetch: () => Promise<TokenAnswer>;
  #token: Token | undefined;
  #fetching: Promise<TokenAnswer> | undefined;

  constructor(fetch: () => Promise<TokenAnswer>) {
    this.#fetch = fetch;
  }

  /** The token in use, or a new one where it ends soon. `now` in epoch milliseconds. */
  current(now: number): Promise<TokenAnswer> {
    const token = this.#token;
    return token !== undefined && token.expiresAt - EARLY_MS > now
      ? Promise.resolve({ kind: 'token', token })
      : this.#renew();
  }

  /** Another token than the one that was refused: what somebody else fetched meanwhile, or a new one. */
  after(refused: Token): Promise<TokenAnswer> {
    const token = this.#token;
    return token !== undefined && token !== refused ? Promise.resolve({ kind: 'token', token }) : this.#renew();
  }

  #renew(): Promise<TokenAnswer> {
    this.#fetching ??= this.#fetchOnce().finally(() => (this.#fetching = undefined));
    return this.#fetching;
  }

  async #fetchOnce(): Promise<TokenAnswer> {
    const answer = await this.#fetch();
    this.#token = answer.kind === 'token' ? answer.token : undefined;
    return answer;
  }
}
