import type { LookupFunction } from 'node:net';

import type { WireFailure, WireRequest, WireResponse } from '../wire';

export interface HttpClientOptions {
  /** To one origin at a time. Default: 64. */
  readonly connections?: number;
  /** Default: 10 s. */
  readonly connectTimeoutMs?: number;
  /** Of an answer, after decompression; what is longer is cut. Default: 8 MiB. */
  readonly maxAnswerBytes?: number;
  /** What may be connected to where a request does not allow every address. Default: the public internet. */
  readonly isAddressAllowed?: (address: string) => boolean;
  /** How names become addresses. Default: the system's resolver. */
  readonly lookup?: LookupFunction;
}

export interface SendOptions {
  /** From the call to the end of the answer, the connection included. */
  readonly timeoutMs: number;
  readonly allowPrivateAddresses: boolean;
  /** Gives the request up at once, wherever it is. */
  readonly signal?: AbortSignal;
  /** Called once, when the request has ended. */
  readonly onCall?: (call: CallRecord) => void;
}

/** What one request came to, for metrics and the operator's log. */
export interface CallRecord {
  readonly host: string;
  /** Null: there was no answer. */
  readonly status: number | null;
  readonly durationMs: number;
  readonly wasSent: boolean;
  /** Code of the failure, such as ECONNREFUSED; empty for an answer. For the operator, not for who chose the address. */
  readonly cause: string;
}

export interface HttpClient {
  /** Never throws for what the network, the other side or the request does. Redirects are not followed. */
  send(
    request: WireRequest,
    options: SendOptions,
  ): Promise<{ readonly kind: 'response'; readonly response: WireResponse } | WireFailure>;
  /** Waits for what is under way. */
  close(): Promise<void>;
}
