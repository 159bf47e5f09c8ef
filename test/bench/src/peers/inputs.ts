/** What a way to score is given, besides what stands in ClickHouse. */
export interface Inputs {
  /** Bound to the peers' SQL: the settings in micro-points, and the runs that were read. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Of its own; removed afterwards. */
  readonly folder: string;
}
