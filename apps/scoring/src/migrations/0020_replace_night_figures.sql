-- Grain: one row: the newest published run, of one instant the one that plans deliver, and the 24 hours until now. Of other services only published views are read: windowing's
-- sealing_figures and signals, sync's delivery_figures and delivery_runs. A deployment makes those of sync after this view.
create or replace view {{database}}.night_figures {{on_cluster}}
(
  run_id Nullable(String) comment 'The newest published run, of one instant the one that plans deliver; null before the first, like everything that hangs on it',
  as_of Nullable(DateTime64(3, 'UTC')) comment 'The instant the run speaks about: the tick of a scheduled run',
  started_at Nullable(DateTime64(3, 'UTC')) comment 'When the run started',
  published_at Nullable(DateTime64(3, 'UTC')) comment 'When its decision was proposed',
  last_outcome_at Nullable(DateTime64(3, 'UTC')) comment 'End of the last attempt at its plans; null while records are pending',
  newest_window_end_at Nullable(DateTime('UTC')) comment 'End of the newest window with signals in the days that the run scored; null when it is older than a week',
  duration_seconds Nullable(Float64) comment 'From started_at to last_outcome_at',
  delivery_lag_seconds Nullable(Float64) comment 'From newest_window_end_at to last_outcome_at',
  median_age_seconds Nullable(Float64) comment 'Median age of the signals that happened in the last 24 hours; null without any',
  sealed_signals UInt64 comment 'Signals sealed in the last 24 hours',
  busy_seconds Float64 comment 'How long sealing and rolling up took in the last 24 hours; days that are rolled up side by side count once',
  throughput_per_minute Nullable(Float64) comment 'sealed_signals / busy_seconds x 60; null when nothing was sealed',
  quarantined_records UInt64 comment 'Records quarantined in the last 24 hours',
  error_ratio Float64 comment 'quarantined_records / (sealed_signals + quarantined_records)',
  attempted_values UInt64 comment 'Values that destinations were sent in the last 24 hours, both lanes, however often',
  accepted_values UInt64 comment 'Those of them that were accepted',
  delivery_success_ratio Nullable(Float64) comment 'accepted_values / attempted_values; null when nothing was sent',
  stored_bytes UInt64 comment 'Bytes on disk of every table of the database, one replica'
)
as
with
  -- A function wants a time zone as a constant, which a scalar of its own is.
  (
    select if(count() = 0, 'UTC', argMax(zone, (as_of, assumeNotNull(log_offset)))) from {{database}}.score_runs
  ) as run_zone,

  (
    select argMax(
      tuple(run_id, as_of, started_at, published_at, as_of_date)::Tuple(
        run_id String, as_of DateTime64(3, 'UTC'), started_at DateTime64(3, 'UTC'), published_at DateTime64(3, 'UTC'), as_of_date Date
      ),
      -- Other models may follow in the same night: what is delivered is measured.
      (as_of, run_id in (select run_id from {{database}}.delivery_runs), assumeNotNull(log_offset))
    )
    from {{database}}.score_runs
  ) as run,

  runs as (
    select max(finished_at) as last_finished_at, countIf(to_send > 0 and finished_at is null) as unfinished
    from {{database}}.delivery_runs
    where run_id = run.run_id
  ),

  scored_windows as (
    select maxOrNull(window_start) + toIntervalSecond((select window_seconds from {{database}}.sealing_figures)) as ended_at
    from {{database}}.signals
    -- A run scores the local days before its date.
    where window_start < toDateTime(run.as_of_date, run_zone)
      and window_start >= toDateTime(run.as_of_date, run_zone) - interval 7 day
  ),

  young_signals as (
    -- A window is a day at most: older ones hold nothing of the last 24 hours.
    select medianOrNull(now64(3) - occurred_at) as age_seconds
    from {{database}}.signals
    where occurred_at > now() - interval 1 day and window_start > now() - interval 2 day
  ),

  sealing as (
    select sealed_signals as sealed, seal_seconds as seconds, arraySum(mapValues(quarantined)) as refused from {{database}}.sealing_figures
  ),

  builds as (
    select
      toUnixTimestamp64Milli(built_at) as ended,
      ended - duration_ms as began,
      max(ended) over (order by began, ended rows between unbounded preceding and 1 preceding) as busy_until
    from {{database}}.rollup_builds
    where built_at > now() - interval 1 day
  ),

  rolling as (
    select sum(greatest(0, ended - greatest(began, busy_until))) / 1000 as seconds from builds
  ),

  outcomes as (
    select attempted_values as attempted, accepted_values as accepted from {{database}}.delivery_figures
  ),

  parts as (
    select sum(bytes_on_disk) as bytes from system.parts where active and database = '{{database}}'
  )

select
  nullIf(run.run_id, '') as run_id,
  if(run.run_id = '', null, run.as_of) as as_of,
  if(run.run_id = '', null, run.started_at) as started_at,
  if(run.run_id = '', null, run.published_at) as published_at,
  if(runs.unfinished = 0, runs.last_finished_at, null) as last_outcome_at,
  scored_windows.ended_at as newest_window_end_at,
  dateDiff('millisecond', started_at, last_outcome_at) / 1000 as duration_seconds,
  dateDiff('millisecond', toDateTime64(newest_window_end_at, 3), last_outcome_at) / 1000 as delivery_lag_seconds,
  young_signals.age_seconds as median_age_seconds,
  sealing.sealed as sealed_signals,
  sealing.seconds + rolling.seconds as busy_seconds,
  if(sealing.sealed = 0, null, sealing.sealed / busy_seconds * 60) as throughput_per_minute,
  sealing.refused as quarantined_records,
  if(sealing.sealed + sealing.refused = 0, 0, sealing.refused / (sealing.sealed + sealing.refused)) as error_ratio,
  outcomes.attempted as attempted_values,
  outcomes.accepted as accepted_values,
  if(outcomes.attempted = 0, null, outcomes.accepted / outcomes.attempted) as delivery_success_ratio,
  parts.bytes as stored_bytes
from runs, scored_windows, young_signals, sealing, rolling, outcomes, parts
comment 'The six figures of the newest night, as far as ClickHouse knows them: CPU and Kafka''s bytes, for what a million signals cost, are in the services'' metrics'
