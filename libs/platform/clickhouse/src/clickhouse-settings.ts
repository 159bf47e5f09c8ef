import type { ClickHouseSettings } from '@clickhouse/client';

/**
 * Every setting that has moved between ClickHouse versions and changes what is stored or read is pinned here, so that
 * the same call gives the same rows on any server. A call may override each.
 */
export function pinnedSettings(options: {
  readonly isCluster: boolean;
  readonly timeoutSeconds: number;
}): ClickHouseSettings {
  return {
    // An insert that was acknowledged is stored: no server-side buffer.
    async_insert: 0,
    // Deduplication by block silently drops rows after a change and forgets after a window: never rely on it.
    // `insert_deduplicate: 0` alone no longer switches it off: since 26 `deduplicate_insert`, on by default, overrides it.
    insert_deduplicate: 0,
    deduplicate_insert: 'disable',
    deduplicate_insert_select: 'disable',
    deduplicate_blocks_in_dependent_materialized_views: 0,
    // Only a cluster has replicas to wait for; parallel inserts stay allowed.
    insert_quorum: options.isCluster ? 'auto' : '0',
    insert_quorum_parallel: 1,
    select_sequential_consistency: '0',
    // Instants are UTC in and out, whatever the server's zone; `new Date(row.sealed_at)` is exact.
    session_timezone: 'UTC',
    date_time_input_format: 'best_effort',
    date_time_output_format: 'iso',
    // 64-bit integers arrive as numbers, exact up to 2^53: cast hashes with toString() in the query.
    output_format_json_quote_64bit_integers: 0,
    // The server's default, so that a view means the same to an analyst: a join without a match gives '' or 0, not NULL.
    join_use_nulls: 0,
    // Do not keep computing an answer that the client has given up on.
    max_execution_time: options.timeoutSeconds,
  };
}
