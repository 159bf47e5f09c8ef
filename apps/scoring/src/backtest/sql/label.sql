-- Grain: one entity of a run that was tried: its score as of the instant, and when the outcome came, before or within the horizon.
with
  scored as (
    select entity_id, assumeNotNull(score) as score, values
    from score_rows_of(run_id = {run_id: String})
    where score is not null
  ),

  members as (
{{members}}
  ),

  outcomes as (
    select name_kind, name, converted_at
    from backtest_outcomes final
    where backtest_id = {backtest_id: String} and entity_kind = {outcome_of: String}
  ),

  own as (
    select entity_id, names, account_names, last_day from members where entity_kind = {entity_kind: String}
  ),

  names as (
    select entity_id, arrayJoin(if({outcome_of: String} = {entity_kind: String}, names, account_names)) as name from own
  ),

  told as (
    select
      names.entity_id as entity_id,
      countIf(outcomes.converted_at <= {as_of: DateTime64(3, 'UTC')}) > 0 as had_outcome,
      minOrNullIf(
        outcomes.converted_at,
        outcomes.converted_at > {as_of: DateTime64(3, 'UTC')} and outcomes.converted_at <= {horizon_end: DateTime64(3, 'UTC')}
      ) as first_converted_at
    from names
    inner join outcomes on names.name.1 = outcomes.name_kind and names.name.2 = outcomes.name
    group by entity_id
  )

select
  {backtest_id: String} as backtest_id,
  {as_of_date: Date} as as_of_date,
  {as_of: DateTime64(3, 'UTC')} as as_of,
  {run_id: String} as run_id,
  scored.entity_id as entity_id,
  scored.score as score,
  JSONExtractString(scored.values, 'grade') as grade,
  ifNull(
    scored.score >= {threshold: Nullable(UInt8)},
    has({qualified_values: Array(String)}, JSONExtractString(scored.values, {qualified_field: String}))
  ) as is_qualified,
  toNullable(toUInt32({as_of_date: Date} - own.last_day)) as recency_days,
  told.first_converted_at as converted_at,
  told.first_converted_at is not null as is_converted,
  told.had_outcome as had_outcome,
  {is_complete: Bool} as is_complete,
  not told.had_outcome or {is_converted_included: Bool} as is_counted
from scored
left join own on scored.entity_id = own.entity_id
left join told on scored.entity_id = told.entity_id
