import type { WireAnswer, WireFailure, WireHeld, WireRequest, WireResponse } from '../wire';

export interface Token {
  readonly value: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  /** Where requests go, such as `https://acme.example.com`, for an API that says so with its token; `authorize` puts it in. */
  readonly origin?: string;
}

export type TokenAnswer = { readonly kind: 'token'; readonly token: Token } | WireFailure | WireHeld;

/** How an account shows who it is. */
export interface Auth {
  /**
   * Gets a new token. `send` counts its calls; an answer is read with `readTokenAnswer`, or by the API's own way. `now` in epoch
   * milliseconds, for what is signed.
   */
  token(send: (request: WireRequest) => Promise<WireAnswer>, now: number): Promise<TokenAnswer>;
  /** Default: `authorization: Bearer <value>`. */
  authorize?(request: WireRequest, token: Token): WireRequest;
  /** Whether the answer says that the token is not taken. Default: status 401. */
  isRefused?(response: WireResponse): boolean;
}
