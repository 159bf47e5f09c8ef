import type { Rollup } from '@millrace/catalog-models';
import type { ClickHouse } from '@millrace/platform-clickhouse';

/**
 * Deletes builds that a newer build of their day has superseded for `keptHours`. A run as of an older step builds its
 * days again. Returns how many builds went.
 */
export async function pruneBuilds(
  clickhouse: ClickHouse,
  rollups: readonly Rollup[],
  keptHours: number,
): Promise<number> {
  let pruned = 0;
  for (const { name, build } of rollups) {
    const builds = await clickhouse.query<{ build_id: string }>(
      `select build_id
      from rollup_builds as builds
      inner join (
        select zone, day, until, definition_hash, argMax(build_id, (step, built_at, build_id)) as newest_id, max(built_at) as newest_at
        from rollup_builds
        where model = {model: String}
        group by zone, day, until, definition_hash
      ) as newest using (zone, day, until, definition_hash)
      where model = {model: String} and (build_id != newest_id or until > 0) and newest_at < now() - toIntervalHour({kept_hours: UInt32})
      limit 500`,
      { model: name, kept_hours: keptHours },
    );
    if (builds.length === 0) continue;
    const ids = { build_ids: builds.map((one) => one.build_id) };
    for (const table of ['rollup_builds', ...build.map(({ into }) => into)]) {
      await clickhouse.command(`delete from ${table} where build_id in {build_ids: Array(UUID)}`, ids);
    }
    pruned += builds.length;
  }
  return pruned;
}
