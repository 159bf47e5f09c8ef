import type { DeliveryRecord, FieldValue, MatchBy, Mode, Outcome, Subject } from '@millrace/contract-delivery';
import type { PublishedType } from '@millrace/contract-score';
import type { Auth, Call, Limit, WireAnswer, WireRequest } from '@millrace/platform-http';
import type { z } from 'zod';

import type { CopySource, Sink } from './sink';

/** What a destination may know about a wire batch besides its records. Times are epoch milliseconds. */
export interface WireContext {
  readonly destination: string;
  readonly object: string;
  readonly subject: Subject;
  /** How records are found; of `email`, `id` and `crm_id` one that the object's shape names. */
  readonly match: MatchBy;
  /** What becomes of a record that is not there, and of one that is. */
  readonly mode: Mode;
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

/** What is known about a wire batch. Only `records` may hold `accepted`. */
export type Reading =
  /** One outcome for each record of the batch. */
  | { readonly kind: 'records'; readonly outcomes: readonly RecordOutcome[] }
  /** A quota said wait; uses up no attempt. */
  | { readonly kind: 'throttled'; readonly waitMs: number; readonly detail: string }
  /** Credentials, rights or address are wrong for every record: the destination is paused until somebody acts. */
  | { readonly kind: 'paused'; readonly detail: string }
  /**
   * Refused as a whole; bisected until the bad record stands alone. `field`: which field of the mapping the words name; the same
   * words about one field in both halves pause the destination.
   */
  | { readonly kind: 'batch_rejected'; readonly detail: string; readonly field?: string }
  | { readonly kind: 'retryable'; readonly detail: string }
  /** Nobody was there: refused, no such name, no route. Not a byte was sent, so it uses up no attempt. */
  | { readonly kind: 'unreachable'; readonly detail: string }
  /** It may have been taken; reconciled by read-back, else sent again with the same keys. */
  | { readonly kind: 'unknown'; readonly detail: string }
  /** The other side works on it: the route's `resume` is asked after so long. `job` is written down before anything follows. */
  | { readonly kind: 'started'; readonly job: string; readonly pollAfterMs: number };

/** A record and its item in the request's body. */
export interface WireItem {
  readonly record: DeliveryRecord;
  readonly encoded: string;
}

/** What goes out together: records of one object in one mode. */
export interface WireBatch {
  readonly items: readonly WireItem[];
  readonly context: WireContext;
}

/** An item that must not be sent, with the reason in words: it is rejected before anything is sent. */
export interface Refusal {
  readonly refused: string;
}

/** What a destination's functions are given to work with; the only way to the outside. */
export interface Tools {
  /**
   * Waits for a turn of the account's limits, shows who we are, counts and records the call. `call` names a limit or a channel
   * that counts it, too. Never throws: `readAnswer` turns what is not a response into a Reading.
   */
  request(request: WireRequest, call?: Pick<Call, 'limit' | 'channel'>): Promise<WireAnswer>;
  /** Databases, for destinations that are one. */
  readonly sink: Sink;
  /** Epoch milliseconds. */
  now(): number;
  /** Raised when the process stops or no longer owns the batch: nothing more is to be begun. */
  readonly signal: AbortSignal;
}

/** One way in which an API takes records. */
export interface Route<Settings = unknown> {
  readonly name: string;
  /** Records of a plan from which on it is taken; of several the largest counts. Default 0. */
  readonly from?: number;
  readonly cut: {
    readonly maxRecords: number;
    /** Of the items together, in bytes of UTF-8, separators not counted. */
    readonly maxBytes: number;
  };
  /** A request holds a match key once: the API refuses or merges repeated ones. */
  readonly dedupeBy?: 'match_key';
  /** It compares instants: a record that has newer values is left as it is, with the outcome `superseded`. Others may not say so. */
  readonly keepsNewer?: true;
  /** Pure; the same record gives the same text. */
  readonly encode: (record: DeliveryRecord, settings: Settings, context: WireContext) => string | Refusal;
  /** What the batch's first request counts for besides the account, such as its channel. */
  readonly call?: (batch: WireBatch, settings: Settings) => Pick<Call, 'limit' | 'channel'>;
  /** Sends a batch. Of a job it only begins what can be taken back, and answers `started`. */
  readonly deliver: (batch: WireBatch, settings: Settings, tools: Tools) => Promise<Reading>;
  /** Goes on with a job, from wherever it is: every step may be repeated, by another process too. */
  readonly resume?: (job: string, batch: WireBatch, settings: Settings, tools: Tools) => Promise<Reading>;
  /** Stops a job whose records are superseded; what it did before that is said by `resume`. */
  readonly abort?: (job: string, settings: Settings, tools: Tools) => Promise<void>;
  /** Reads back what became of a batch whose outcome is unknown; where it is absent, the destination's `readBack` is asked. */
  readonly reconcile?: (batch: WireBatch, settings: Settings, tools: Tools) => Promise<Reading>;
}

/** What an object of the API takes. */
export interface ObjectShape {
  readonly of: readonly Subject[];
  readonly match: readonly MatchBy[];
  readonly modes: readonly Mode[];
  /**
   * How the API spells a match key: records whose keys it takes for one are one record to it, and no request holds both.
   * Default: as it is.
   */
  readonly spellKey?: (key: string, match: MatchBy) => string;
  /** Of `*`: the names that such objects have; absent: every name. */
  readonly names?: { readonly pattern: RegExp; readonly inWords: string };
  /** Fields that are known beforehand and what each takes. */
  readonly fields: Readonly<Record<string, FieldShape>>;
  /** Names that other fields may have, such as those that a customer adds; absent: there are no others. */
  readonly others?: FieldShape & { readonly name: RegExp; readonly inWords: string };
}

export interface FieldShape {
  readonly takes: readonly PublishedType[];
}

/** What a mapping says of an object besides its fields. */
export type MappingOfObject = Pick<WireContext, 'object' | 'match' | 'mode'>;
/** An object that is written to, by either lane, and what its fields hold. */
export interface MappedObject {
  readonly object: string;
  readonly of: Subject;
  /** How its records are found; of several mappings of one object each. */
  readonly matches: readonly MatchBy[];
  /** By the name that the destination has. */
  readonly fields: Readonly<Record<string, PublishedType>>;
}

export const ANY_TYPE: readonly PublishedType[] = ['number', 'text', 'list'];

/** What a record has now, by the name of the mapping's field; a record that is not there is left out. */
export interface CurrentValues {
  readonly match_key: string;
  readonly values: Readonly<Record<string, FieldValue>>;
}

export type ReadBack =
  | { readonly kind: 'values'; readonly records: readonly CurrentValues[] }
  | Exclude<Reading, { kind: 'records' | 'started' | 'batch_rejected' }>;

/** What a column of a view holds. `instant`: UTC; `integer`: of 64 bits; `decimal`: exact, of any size; `json`: lists and objects. */
export type LoadType = 'text' | 'boolean' | 'integer' | 'number' | 'decimal' | 'date' | 'instant' | 'uuid' | 'json';

export interface LoadColumn {
  readonly name: string;
  readonly type: LoadType;
  readonly comment: string;
}

/** A table that holds the rows of a documented view. */
export interface LoadTable {
  readonly name: string;
  readonly view: string;
  readonly comment: string;
  readonly columns: readonly LoadColumn[];
  /** The column that says which part a row belongs to, such as its day. */
  readonly partColumn: string;
}

/** Rows that are replaced together, as one build made them. */
export interface LoadPart {
  /** Value of the part's column, in text. */
  readonly part: string;
  /** Null: the view has the part no more. */
  readonly build: string | null;
  /**
   * The rows, begun when they are needed: lines of values between tabs in the order of the columns, in the text format of COPY
   * (`\N` is null; `\\`, `\t`, `\n`, `\r` stand for themselves). Instants are ISO 8601.
   */
  rows(): CopySource;
  /** Whether the build is still the part's newest; asked after the last row. */
  isCurrent(): Promise<boolean>;
}

/** By part the build that is there. */
export type PartsReading =
  | { readonly kind: 'parts'; readonly builds: ReadonlyMap<string, string> }
  | Exclude<Reading, { kind: 'records' | 'started' }>;

export type PartReading =
  | { readonly kind: 'replaced'; readonly rows: number }
  /** The build is there already, or the part is gone already. */
  | { readonly kind: 'there' }
  /** Another process replaces it now. */
  | { readonly kind: 'busy' }
  /** A newer build came while the rows were read: nothing was changed. */
  | { readonly kind: 'outdated' }
  | Exclude<Reading, { kind: 'records' | 'started' }>;

/** What a destination does that can hold the rows of a view. What reading the rows raises is raised. */
export interface Load<Settings> {
  /** Makes the table ready; safe to repeat. */
  readonly begin: (table: LoadTable, settings: Settings, tools: Tools) => Promise<PartsReading>;
  /** Replaces the rows of a part and notes its build, both or neither: the same again changes nothing. */
  readonly replace: (table: LoadTable, part: LoadPart, settings: Settings, tools: Tools) => Promise<PartReading>;
}

/** A request as whoever received it has it; header names in lower case. */
export interface ReceivedRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
}

/** A record of a received request, as far as a reader wants to see it. */
export interface ReceivedRecord {
  readonly record_id: string;
  readonly match_key?: string | null | undefined;
  readonly object?: string | undefined;
  readonly reason?: string | null | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface ReceivedDelivery {
  readonly lane: string | undefined;
  readonly records: readonly ReceivedRecord[];
}

/** The other end of a destination, for whoever wants to try one: how its requests are read, verified and answered. Pure. */
export interface Receiving {
  /** Null: no delivery of this kind. */
  readonly read: (request: ReceivedRequest) => ReceivedDelivery | null;
  readonly verify: (request: ReceivedRequest, secret: string) => 'ok' | 'wrong' | 'missing';
  /** The body of a 2xx that says that every record was accepted. */
  readonly accept: (records: readonly ReceivedRecord[]) => string;
}

/**
 * A destination is data and functions that reach the outside by their `tools` only. Adding one: copy `_template/`, fill in the
 * functions, add a line to `registry.ts`, and let its spec call `describeConformance`.
 */
export interface Destination<Settings = unknown> {
  readonly kind: string;
  readonly title: string;
  /** Secrets are marked with `.meta({ secret: true })`: they are taken out of all that is recorded and shown. */
  readonly settings: z.ZodType<Settings>;
  /** `exactly_once`: an idempotency key is honoured by it. `at_least_once`: a repeated send may be seen twice, and it says so. */
  readonly guarantee: 'exactly_once' | 'at_least_once';
  /** Whose quota it is: entries with one account share its limits. Never a secret. */
  readonly account: (settings: Settings) => string;
  readonly limits: (settings: Settings) => readonly Limit[];
  /** By the name that a mapping gives; `*` stands for every other name. */
  readonly objects: Readonly<Record<string, ObjectShape>>;
  /** What is wrong with a mapping that the object's shape cannot say, in words and with the way out; null: nothing. */
  readonly mappingProblem?: (settings: Settings, mapping: MappingOfObject) => string | null;
  readonly timeoutMs: (settings: Settings) => number;
  readonly allowsPrivateAddresses: (settings: Settings) => boolean;
  readonly auth?: (settings: Settings) => Auth;
  readonly routes: (settings: Settings) => readonly Route<Settings>[];
  /**
   * Makes the destination ready for what is mapped to it (a table, a field); safe to repeat; run by `deploy` and at start. Null: it
   * is; else what is wrong.
   */
  readonly prepare?: (settings: Settings, tools: Tools, mapped: readonly MappedObject[]) => Promise<string | null>;
  /** What records have now: for the first plan of an object, and for outcomes that are unknown. At most as many keys as a batch has. */
  readonly readBack?: (
    keys: readonly string[],
    fields: readonly string[],
    settings: Settings,
    context: WireContext,
    tools: Tools,
  ) => Promise<ReadBack>;
  /** Keeps tables that hold the rows of documented views. */
  readonly load?: Load<Settings>;
  /** What `millrace receive` does with its requests. */
  readonly receiving?: Receiving;
}

/** Checks the shape at compile time and hides the settings' type, so that destinations of all kinds fit one registry. */
export function defineDestination<Settings>(destination: Destination<Settings>): Destination {
  return destination as unknown as Destination;
}

/** The way for a plan of so many records. */
export function routeFor<Settings>(routes: readonly Route<Settings>[], records: number): Route<Settings> {
  const open = routes.filter(({ from = 0 }) => from <= records);
  const [largest] = [...open].sort((a, b) => (b.from ?? 0) - (a.from ?? 0));
  if (largest === undefined) throw new RangeError('a destination needs a route without `from`');
  return largest;
}

/** What an object of this name takes; undefined: the destination has no such object. */
export function shapeOf({ objects }: Pick<Destination, 'objects'>, object: string): ObjectShape | undefined {
  if (Object.hasOwn(objects, object)) return objects[object];
  const others = objects['*'];
  return others?.names === undefined || others.names.pattern.test(object) ? others : undefined;
}
