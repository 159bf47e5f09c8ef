import type { ClickHouse } from '@millrace/platform-clickhouse';

/**
 * Deletes builds that a newer build of their day has superseded for `keptHours`. A run as of an older step builds its
 * days again. Returns how many builds went.
 */
export async function pruneBuilds(clickhouse: ClickHouse, keptHours: number): Promise<number> {
  const builds = await clickhouse.query<{ build_id: string }>(
    `select build_id
    from person_day_builds as builds
    inner join (
      select zone, day, definition_hash, argMax(build_id, (step, built_at, build_id)) as newest_id, max(built_at) as newest_at
      from person_day_builds
      group by zone, day, definition_hash
    ) as newest using (zone, day, definition_hash)
    where build_id != newest_id and newest_at < now() - toIntervalHour({kept_hours: UInt32})
    limit 500`,
    { kept_hours: keptHours },
  );
  if (builds.length === 0) return 0;
  const ids = { build_ids: builds.map((build) => build.build_id) };
  for (const table of ['person_day_builds', 'person_day_rows', 'identity_edge_rows']) {
    await clickhouse.command(`delete from ${table} where build_id in {build_ids: Array(UUID)}`, ids);
  }
  return builds.length;
}
