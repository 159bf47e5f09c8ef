/** One HTTP request as plain data. */
export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Not sent with a GET. */
  readonly body: string;
}

/** One HTTP answer as plain data; header names in lower case. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Decoded by its content-encoding, as UTF-8. */
  readonly body: string;
  /** The body was longer than may be read: `body` is its beginning. */
  readonly isCut?: boolean;
  /** Epoch milliseconds, for a Retry-After that names a date. */
  readonly receivedAt: number;
}

export interface WireFailure {
  readonly kind: 'failure';
  /** False is certain: not a byte of the request has left. True: the other side may have it. */
  readonly wasSent: boolean;
  /** Nothing was sent, and nothing would be until somebody changes the settings. */
  readonly isForbidden: boolean;
  /** For people. Tells a refused connection from a forbidden address only where every address is allowed. */
  readonly detail: string;
}

/** The account has no turn before the deadline of the call. Nothing was sent. */
export interface WireHeld {
  readonly kind: 'held';
  readonly waitMs: number;
  readonly detail: string;
}

/** What came of a request. */
export type WireAnswer = { readonly kind: 'response'; readonly response: WireResponse } | WireFailure | WireHeld;
