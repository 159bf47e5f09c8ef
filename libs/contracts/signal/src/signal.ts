import { emailKey, registrableDomain } from '@millrace/identity';

/** A key in a page is read by anybody who opens it: what comes in with it may be made up. A server's is known to the customer alone. */
export const KEY_KINDS = ['page', 'server'] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

/** One buyer signal as it travels in `signals.<source>.v1`; the TypeScript face of `schemas/signal.avsc`. Times are epoch milliseconds. */
export interface Signal {
  readonly signal_id: string;
  readonly type: string;
  readonly source: string;
  readonly occurred_at: number;
  readonly received_at: number;
  readonly anonymous_id: string | null;
  readonly user_id: string | null;
  readonly email: string | null;
  readonly account_id: string | null;
  readonly domain: string | null;
  readonly session_id: string | null;
  readonly url: string | null;
  readonly referrer: string | null;
  readonly country: string | null;
  readonly user_agent: string | null;
  readonly value: number | null;
  readonly properties: Readonly<Record<string, string>>;
  /** Kind of the write key that it came in with; null: not known. Only the collector writes it. */
  readonly key_kind: KeyKind | null;
}

/** The signal's fields in the order of the Avro schema. */
export const SIGNAL_FIELDS = [
  'signal_id',
  'type',
  'source',
  'occurred_at',
  'received_at',
  'anonymous_id',
  'user_id',
  'email',
  'account_id',
  'domain',
  'session_id',
  'url',
  'referrer',
  'country',
  'user_agent',
  'value',
  'properties',
  'key_kind',
] as const satisfies readonly (keyof Signal)[];

/** Any one of these, non-empty, is an identity; a signal without one is quarantined as `no_identity`. */
export const IDENTITY_FIELDS = ['anonymous_id', 'user_id', 'email', 'account_id', 'domain'] as const;

type Identity = Pick<Signal, (typeof IDENTITY_FIELDS)[number]>;

/** True when at least one identity field is a non-empty string. */
export function hasIdentity(signal: Identity): boolean {
  return IDENTITY_FIELDS.some((field) => Boolean(signal[field]));
}

/** The Kafka key: person, else account, else anonymous id, so that a person's signals keep their order. Null: no identity. */
export function partitionKeyOf(signal: Identity): string | null {
  return (
    signal.user_id ||
    emailKey(signal.email) ||
    signal.account_id ||
    (registrableDomain(signal.domain) ?? signal.domain) ||
    signal.anonymous_id ||
    null
  );
}

/** Fills what a producer left out; `signal_id`, `type`, `source` and the two times are required. */
export function createSignal(
  required: Pick<Signal, 'signal_id' | 'type' | 'source' | 'occurred_at' | 'received_at'> & Partial<Signal>,
): Signal {
  return {
    anonymous_id: null,
    user_id: null,
    email: null,
    account_id: null,
    domain: null,
    session_id: null,
    url: null,
    referrer: null,
    country: null,
    user_agent: null,
    value: null,
    properties: {},
    key_kind: null,
    ...required,
  };
}
