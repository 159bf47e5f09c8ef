import type { QuarantineReason, Signal } from '@millrace/contract-signal';
import type { z } from 'zod';

/** What one raw record became. Always a value: a map never throws for bad input. */
export type MapResult =
  | { readonly fate: 'signal'; readonly signal: Signal }
  /** Deliberately not a signal, such as a configured filter; counted, never stored. */
  | { readonly fate: 'drop'; readonly reason: string }
  /** Kept as received, under a reason that tells the producer what to mend. */
  | { readonly fate: 'quarantine'; readonly reason: QuarantineReason; readonly detail: string };

/** Everything a map may know besides the record; times are epoch milliseconds. */
export interface MapContext<Settings> {
  /** The source the record came in by, which decides its topic: the write key's, for HTTP. */
  readonly source: string;
  readonly receivedAt: number;
  /** The client's clock when it sent the request; null when it did not say. */
  readonly sentAt: number | null;
  readonly settings: Settings;
}

export type SourceKind = 'http' | 'webhook' | 'poll' | 'file';

/** A source: data and one pure function. The app that runs it does the I/O. */
export interface SourceDefinition<Schema extends z.ZodType = z.ZodType> {
  /** Equals its folder's name. */
  readonly name: string;
  readonly kind: SourceKind;
  /** Where its signals go unless the caller's key says otherwise: `signals.<source>.v1`. */
  readonly topic: string;
  /** Must accept {} : a source works without configuration. */
  readonly settings: Schema;
  readonly map: (raw: unknown, context: MapContext<z.output<Schema>>) => MapResult;
}

/** Gives a literal its types; checks nothing at run time. */
export const defineSource = <Schema extends z.ZodType>(
  definition: SourceDefinition<Schema>,
): SourceDefinition<Schema> => definition;

/** Whoever runs the source knows which key a record came in with; its map does not. */
export const toSignal = (signal: Omit<Signal, 'key_kind'>): MapResult => ({
  fate: 'signal',
  signal: { ...signal, key_kind: null },
});
export const drop = (reason: string): MapResult => ({ fate: 'drop', reason });
export const quarantine = (reason: QuarantineReason, detail: string): MapResult => ({
  fate: 'quarantine',
  reason,
  detail,
});
