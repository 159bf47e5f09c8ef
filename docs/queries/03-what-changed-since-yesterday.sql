-- Grain: model x entity whose score or stage is another one. What changed from the last run of an earlier day to the newest run.
with
  newest as (
    select model, run_id, as_of_date
    from score_runs
    where run_id in (select run_id from scores)
  ),

  earlier as (
    select runs.model as model, argMax(runs.run_id, runs.as_of) as run_id
    from score_runs as runs
    inner join newest on newest.model = runs.model
    where runs.is_newest_revision and runs.as_of_date < newest.as_of_date
    group by model
  ),

  rows as (
    select model, entity_kind, entity_id, account_id, score, stage, score_reasons, run_id in (select run_id from newest) as is_newest
    from score_history
    where (run_id in (select run_id from newest) or run_id in (select run_id from earlier))
      and model in (select model from earlier)
      and score is not null
  ),

  final as (
    select
      model,
      entity_kind,
      entity_id,
      multiIf(not max(is_newest), 'gone', min(is_newest), 'new', 'moved') as change,
      anyIf(score, not is_newest) as score_before,
      anyIf(score, is_newest) as score_now,
      anyIf(stage, not is_newest) as stage_before,
      anyIf(stage, is_newest) as stage_now,
      anyIf(score_reasons[1], is_newest) as first_reason
    from rows
    group by model, entity_kind, entity_id
    having change != 'moved' or score_before != score_now or stage_before != stage_now
    order by model, abs(ifNull(toInt32(score_now), 0) - ifNull(toInt32(score_before), 0)) desc, entity_id
  )

select * from final
