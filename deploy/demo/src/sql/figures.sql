-- Grain: one row. Parts of the target figures that ClickHouse knows.
with
  run as (
    -- A run scores the local days before its date.
    select run_id, as_of, toDateTime(as_of_date, {zone: String}) as scored_before, started_at, published_at
    from score_runs
    where model = 'lead_score'
    order by as_of desc, log_offset desc
    limit 1
  ),

  newest_window as (
    select max(window_start) + {window_seconds: UInt32} as ended_at
    from signals
    where window_start < (select scored_before from run)
  )

select
  (select toUnixTimestamp64Milli(started_at) from run) as run_started_ms,
  (select toUnixTimestamp64Milli(as_of) from run) as run_as_of_ms,
  (select run_id from run) as run_id,
  (select toUnixTimestamp(ended_at) * 1000 from newest_window) as newest_window_end_ms,
  (select sum(duration_ms) from person_day_builds) as rollup_ms,
  (select median(now64(3) - occurred_at) from signals where occurred_at > now() - interval 1 day) as median_age_seconds,
  (
    select sum(bytes_on_disk)
    from system.parts
    where active and database = currentDatabase()
  ) as bytes_on_disk
