import type { Account, Person, QuarantineReason, Signal } from '@millrace/contract-signal';
import type { Auth, Call, Limit, WireAnswer, WireRequest } from '@millrace/platform-http';
import type { z } from 'zod';

import type { RowReason } from './row-reasons';

/**
 * What one raw record became; of one record there may be any number. `Reason`: why it is put aside; of what travels in a topic
 * the contract's reasons, of rows of a file its own.
 */
export type Mapped<Reason extends string = QuarantineReason> =
  /** Its `key_kind` is filled by whoever runs the source: it knows the key, and no record can say it of itself. */
  | { readonly fate: 'signal'; readonly signal: Signal }
  /** What an instance says of somebody. Its `instance` is filled by whoever runs the source. */
  | { readonly fate: 'person'; readonly person: Person }
  | { readonly fate: 'account'; readonly account: Account }
  /** Deliberately nothing, such as a configured filter; counted, never stored. */
  | { readonly fate: 'drop'; readonly reason: string }
  /** Kept as received, under a reason that tells the producer what to mend. */
  | { readonly fate: 'quarantine'; readonly reason: Reason; readonly detail: string };

/** What the records of a type become; topics follow from it. */
export type Gives = 'signals' | 'people' | 'accounts';

/** Everything a map may know besides the record; times are epoch milliseconds. */
export interface MapContext<Settings> {
  /** Name of the configured instance: the source of its signals. */
  readonly instance: string;
  /** When the record came in, or was read. */
  readonly receivedAt: number;
  /** The client's clock when it sent the request; null when it did not say. */
  readonly sentAt: number | null;
  readonly settings: Settings;
}

interface SourceBase<Schema extends z.ZodType, Reason extends string> {
  /** Equals its folder's name. */
  readonly type: string;
  /** One line for people who choose. */
  readonly title: string;
  readonly gives: readonly Gives[];
  /** Secrets are marked with `.meta({ secret: true })`. */
  readonly settings: Schema;
  /** Pure; never throws, whatever comes in. */
  readonly map: (raw: unknown, context: MapContext<z.output<Schema>>) => readonly Mapped<Reason>[];
}

/** One HTTP request as it came in. Header names are in lower case. */
export interface RawRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Of the route's path. */
  readonly params: Readonly<Record<string, string>>;
  /** The bytes that signatures are over: after Content-Encoding, before anything is read. Empty for a GET. */
  readonly body: Buffer;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  /** Where the sender reaches this collector. Undefined: the request does not say, and nobody configured it. */
  readonly publicUrl: URL | undefined;
}

/** A request that is refused as a whole. 400: it can never be read; 401: it does not show who sends it. */
export interface RefusedRequest {
  readonly ok: false;
  readonly status: 400 | 401;
  /** For the sender. */
  readonly detail: string;
}

export type ReadResult =
  | {
      readonly ok: true;
      readonly records: readonly unknown[];
      /** The client's clock when it sent the request, epoch milliseconds. */
      readonly sentAt?: number | null;
      /** Of a route by write key: a key that stands in the body or path; one in the Authorization header goes before it. */
      readonly writeKey?: string | null;
    }
  | RefusedRequest;

/** A record that was put aside, by its place in the request. */
export interface QuarantinedRecord {
  readonly index: number;
  readonly reason: QuarantineReason;
  readonly detail: string;
}

/** What became of a request. Told once everything that is counted in it is on all in-sync replicas. */
export interface Summary {
  readonly accepted: number;
  readonly quarantined: readonly QuarantinedRecord[];
  readonly dropped: number;
  /** Epoch milliseconds. */
  readonly acceptedAt: number;
  /** The key that the request came in with. */
  readonly writeKey: string | null;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  /** Default: JSON. */
  readonly contentType?: string;
}

interface RouteBase {
  readonly method: 'GET' | 'POST';
  /** As Fastify writes paths. By write key from the root, by signature below `/webhooks/<instance>`. */
  readonly path: string;
  /** Default: 200 with the counts (`usualAnswer`). */
  readonly answer?: (summary: Summary, request: RawRequest) => HttpAnswer | RefusedRequest;
}

/** Mounted once for the type: the key names the instance. */
export interface WriteKeyRoute extends RouteBase {
  readonly auth: 'write_key';
  /** Pure; never throws. */
  readonly read: (request: RawRequest) => ReadResult;
}

/** Mounted for each instance, whose settings hold what proves the sender. */
export interface SignatureRoute<Settings> extends RouteBase {
  readonly auth: 'signature';
  /** What headers alone show, looked at before the body is read: a missing signature, a stale instant, a wrong password. */
  readonly check?: (request: Omit<RawRequest, 'body'>, settings: Settings) => RefusedRequest | undefined;
  /** Verifies and reads. Pure; never throws. */
  readonly read: (request: RawRequest, settings: Settings) => ReadResult;
}

/** For what an SDK sends without a credential and nobody keeps. */
export interface OpenRoute extends RouteBase {
  readonly auth: 'none';
  readonly answer: (summary: Summary, request: RawRequest) => HttpAnswer;
}

export type HttpRoute<Settings> = WriteKeyRoute | SignatureRoute<Settings> | OpenRoute;

/** Others send to us. */
export interface HttpSource<Schema extends z.ZodType = z.ZodType> extends SourceBase<Schema, QuarantineReason> {
  readonly kind: 'http';
  readonly routes: readonly HttpRoute<z.output<Schema>>[];
}

type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue };

/** Where a stream of pages goes on; written down after the records before it are safe. */
export type Cursor = Readonly<Record<string, JsonValue>>;

/** What came of asking for a page. */
export type Page =
  | {
      readonly kind: 'page';
      readonly records: readonly unknown[];
      readonly next: Cursor;
      /** Nothing more is there now: the stream is asked again when it is due. */
      readonly isLast: boolean;
    }
  /** The other side said wait. */
  | { readonly kind: 'throttled'; readonly waitMs: number; readonly detail: string }
  /** Nobody answered, or not in a way that can be read; tried again with growing waits. */
  | { readonly kind: 'failed'; readonly detail: string }
  /** Credentials or rights are wrong: somebody must act. */
  | { readonly kind: 'refused'; readonly detail: string };

/** What a poll source's functions are given to work with; the only way to the outside. */
export interface SourceTools {
  /** Waits for a turn of the account's limits, shows who we are, counts the call. Never throws. */
  request(request: WireRequest, call?: Pick<Call, 'limit' | 'channel'>): Promise<WireAnswer>;
  /** Epoch milliseconds. */
  now(): number;
  /** Raised when the process stops or no longer has the stream: nothing more is to be begun. */
  readonly signal: AbortSignal;
}

/** One list of an API that is read again and again. */
export interface PollStream<Settings> {
  /** How often it is asked where the instance does not say. */
  readonly everySeconds: number;
  /** Where it begins. */
  readonly first: (now: number, settings: Settings) => Cursor;
  /**
   * One page, oldest change first. The next cursor comes from the records, never from a clock of ours. Records that come twice do
   * no harm: signals have ids, versions of people and accounts have instants.
   */
  readonly page: (cursor: Cursor, settings: Settings, tools: SourceTools) => Promise<Page>;
}

/** We ask others. */
export interface PollSource<Schema extends z.ZodType = z.ZodType> extends SourceBase<Schema, QuarantineReason> {
  readonly kind: 'poll';
  /** Whose quota it is: instances of one account share it. Holds no secret. */
  readonly account: (settings: z.output<Schema>) => string;
  readonly limits: (settings: z.output<Schema>) => readonly Limit[];
  readonly auth?: (settings: z.output<Schema>) => Auth;
  /** For an address of the settings that may be private, such as a made API's. Default: never. */
  readonly allowsPrivateAddresses?: (settings: z.output<Schema>) => boolean;
  readonly timeoutMs?: (settings: z.output<Schema>) => number;
  readonly streams: Readonly<Record<string, PollStream<z.output<Schema>>>>;
}

export const FILE_FORMATS = ['csv', 'jsonl'] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

/** What is known of a file besides its bytes and the settings. */
export interface FileFacts {
  readonly format: FileFormat;
  /** Field to column, over what the settings say. */
  readonly columns: Readonly<Record<string, string>>;
  /** When it was last written, epoch milliseconds: the version of what says none, so that the same file gives the same versions. */
  readonly time: number;
  /** Whose ids it has, over what the settings say; null: as they say. */
  readonly instance: string | null;
}

/** A row as it stood in the file, and what it is read as. */
export interface FileRow {
  /** Where the row begins; the first line is 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** For `map`. */
  readonly record: unknown;
}

export interface OpenedFile {
  readonly delimiter: string;
  readonly header: readonly string[];
  /** Columns that nothing is read from. */
  readonly ignored: readonly string[];
  /** Read as they are asked for. Throws FILE_INVALID where the file cannot be read to its end. */
  readonly rows: AsyncIterable<FileRow>;
}

/** Somebody brings a file. */
export interface FileSource<Schema extends z.ZodType = z.ZodType> extends SourceBase<Schema, RowReason> {
  readonly kind: 'file';
  /** Fields that a column may be named for. */
  readonly fields: readonly string[];
  /** Throws FILE_INVALID for what is wrong with the file as a whole. */
  readonly open: (
    bytes: AsyncIterable<Uint8Array>,
    settings: z.output<Schema>,
    facts: FileFacts,
  ) => Promise<OpenedFile>;
}

export type Source = HttpSource | PollSource | FileSource;
export type SourceKind = Source['kind'];

/** Each checks a literal's types, its settings among them, and checks nothing at run time. */
export const httpSource = <Schema extends z.ZodType>(source: Omit<HttpSource<Schema>, 'kind'>): HttpSource =>
  ({ ...source, kind: 'http' }) as unknown as HttpSource;
export const pollSource = <Schema extends z.ZodType>(source: Omit<PollSource<Schema>, 'kind'>): PollSource =>
  ({ ...source, kind: 'poll' }) as unknown as PollSource;
export const fileSource = <Schema extends z.ZodType>(source: Omit<FileSource<Schema>, 'kind'>): FileSource =>
  ({ ...source, kind: 'file' }) as unknown as FileSource;

export const toSignal = (signal: Signal): { readonly fate: 'signal'; readonly signal: Signal } => ({
  fate: 'signal',
  signal,
});
export const drop = (reason: string): { readonly fate: 'drop'; readonly reason: string } => ({ fate: 'drop', reason });
export const quarantine = <Reason extends string = QuarantineReason>(
  reason: Reason,
  detail: string,
): { readonly fate: 'quarantine'; readonly reason: Reason; readonly detail: string } => ({
  fate: 'quarantine',
  reason,
  detail,
});

/** The body of a 2xx stays small whatever was sent: the topic holds every record with its whole reason. */
const MOST_ERRORS = 100;
const LONGEST_DETAIL = 200;

/** 200 with the counts, and the reasons of the first records that were put aside. */
export function usualAnswer({ accepted, quarantined, dropped, acceptedAt }: Summary): HttpAnswer {
  const errors = quarantined.slice(0, MOST_ERRORS).map((one) => ({
    ...one,
    detail: one.detail.length <= LONGEST_DETAIL ? one.detail : `${one.detail.slice(0, LONGEST_DETAIL)}…`,
  }));
  const counts = { accepted, quarantined: quarantined.length, dropped, accepted_at: acceptedAt };
  const body = { success: true, ...counts, ...(errors.length === 0 ? {} : { errors }) };
  return { status: 200, body: JSON.stringify(body) };
}

export const refuseRequest = (status: RefusedRequest['status'], detail: string): RefusedRequest => ({
  ok: false,
  status,
  detail,
});
