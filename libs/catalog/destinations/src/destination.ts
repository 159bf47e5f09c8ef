import type { DeliveryRecord, Outcome } from '@millrace/contract-delivery';
import type { Limit, WireRequest, WireResponse } from '@millrace/platform-http';
import type { z } from 'zod';

/** What a destination may know about a wire batch besides its records. Times are epoch milliseconds. */
export interface WireContext {
  readonly destination: string;
  readonly object: string;
  /** `batch` or `urgent`. */
  readonly lane: string;
  readonly plan_id: string;
  readonly run_id: string | null;
  readonly chunk: number;
  readonly as_of: number;
  readonly now: number;
}

/** What became of one record, in the destination's own words. */
export interface RecordOutcome {
  readonly record_id: string;
  readonly outcome: Outcome;
  readonly detail: string;
}

/** What an answer says about a wire batch. Only `records` may hold `accepted`. */
export type Reading =
  /** One outcome for each record of the batch. */
  | { readonly kind: 'records'; readonly outcomes: readonly RecordOutcome[] }
  /** A quota said wait; uses up no attempt. */
  | { readonly kind: 'throttled'; readonly waitMs: number; readonly detail: string }
  /** Credentials or address are wrong for every record: the destination is paused until somebody acts. */
  | { readonly kind: 'paused'; readonly detail: string }
  /** Refused as a whole; bisected until the bad record stands alone. */
  | { readonly kind: 'batch_rejected'; readonly detail: string }
  | { readonly kind: 'retryable'; readonly detail: string }
  /** Nobody was there: refused, no such name, no route. Not a byte was sent, so it uses up no attempt. */
  | { readonly kind: 'unreachable'; readonly detail: string }
  /** It may have been taken; reconciled by read-back, else sent again with the same keys. */
  | { readonly kind: 'unknown'; readonly detail: string };

export interface WireLimits {
  readonly maxRecords: number;
  /** Of the items together, in bytes of UTF-8, separators not counted. */
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/** A record and its item in the request's body. */
export interface WireItem {
  readonly record: DeliveryRecord;
  readonly encoded: string;
}

/**
 * A destination is a plain object of pure functions. Adding one: copy `_template/`, fill in the functions, add a line to
 * `registry.ts`, and let its spec call `describeConformance`.
 */
export interface Destination<Settings = unknown> {
  readonly kind: string;
  readonly title: string;
  readonly settings: z.ZodType<Settings>;
  /** `exactly_once`: an idempotency key is honoured by it. `at_least_once`: a repeated send may be seen twice, and it says so. */
  readonly guarantee: 'exactly_once' | 'at_least_once';
  /** Of the account, shared by both lanes. */
  readonly limits: (settings: Settings) => readonly Limit[];
  readonly wire: (settings: Settings) => WireLimits;
  readonly allowsPrivateAddresses: (settings: Settings) => boolean;
  readonly encodeRecord: (record: DeliveryRecord, settings: Settings, context: WireContext) => string;
  readonly buildRequest: (items: readonly WireItem[], settings: Settings, context: WireContext) => WireRequest;
  readonly readOutcomes: (response: WireResponse, records: readonly DeliveryRecord[], settings: Settings) => Reading;
  /** Reads back what became of a batch whose outcome is unknown. */
  readonly reconcile?: {
    readonly buildRequest: (items: readonly WireItem[], settings: Settings, context: WireContext) => WireRequest;
    readonly readOutcomes: (response: WireResponse, records: readonly DeliveryRecord[], settings: Settings) => Reading;
  };
  /** Requests that make the destination ready (a table), safe to repeat; run by `deploy` and at start. */
  readonly prepare?: (settings: Settings) => readonly WireRequest[];
}

/** Checks the shape at compile time and hides the settings' type, so that destinations of all kinds fit one registry. */
export function defineDestination<Settings>(destination: Destination<Settings>): Destination {
  return destination as unknown as Destination;
}
