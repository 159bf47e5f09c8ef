/** A run event as it goes over the wire: OpenLineage 2-0-2, `$defs/RunEvent`. */
export interface RunEvent {
  readonly eventType: EventType;
  /** ISO 8601. */
  readonly eventTime: string;
  readonly producer: string;
  readonly schemaURL: string;
  readonly run: { readonly runId: string; readonly facets: Facets };
  readonly job: { readonly namespace: string; readonly name: string; readonly facets: Facets };
  readonly inputs: readonly Dataset[];
  readonly outputs: readonly Dataset[];
}

export type EventType = 'START' | 'COMPLETE' | 'ABORT' | 'FAIL';

export interface Facet {
  readonly _producer: string;
  readonly _schemaURL: string;
  readonly [field: string]: unknown;
}
export type Facets = Readonly<Record<string, Facet>>;

export interface DatasetId {
  readonly namespace: string;
  readonly name: string;
}

export interface Dataset extends DatasetId {
  readonly facets?: Facets;
  readonly inputFacets?: Facets;
  readonly outputFacets?: Facets;
}

export const EVENT_SCHEMA = 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent';

/** Who says it: a program of ours at its version. */
export const producerOf = (service: string, version: string): string => `urn:millrace:${service}:${version}`;
