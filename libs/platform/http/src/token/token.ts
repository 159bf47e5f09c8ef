import type { WireAnswer, WireFailure, WireHeld, WireRequest, WireResponse } from '../wire';

export interface Token {
  readonly value: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

export type TokenAnswer = { readonly kind: 'token'; readonly token: Token } | WireFailure | WireHeld;

/** How an account shows who it is. */
export interface Auth {
  /** Gets a new token. `send` counts its calls; an answer is read with `readTokenAnswer`, or by the API's own way. */
  token(send: (request: WireRequest) => Promise<WireAnswer>): Promise<TokenAnswer>;
  /** Default: `authorization: Bearer <value>`. */
  authorize?(request: WireRequest, token: Token): WireRequest;
  /** Whether the answer says that the token is not taken. Default: status 401. */
  isRefused?(response: WireResponse): boolean;
}
