-- Grain: one record of the run (attempt_id, position): sent or not sent, with the reason.
-- Values travel as JSON text: a missing one is null. `sources` name <model>.<column>, in the order of `fields`.
insert into delivery_plan_rows (attempt_id, position, destination, object, run_id, record_id, match_key, state, reason, tier, fields, previous)
with
  run_rows as (
    select
      entity_id,
      model,
      toInt32(score) as score,
      toString(grade) as grade,
      toString(stage) as stage,
      score_reasons,
      email,
      toString(tier) as tier,
      created_at,
      do_not_sync,
      is_unsubscribed
    from score_history
    where run_id = {run_id: String} and (empty({forced: Array(String)}) or has({forced: Array(String)}, entity_id))
  ),
  other_rows as (
    select entity_id, model, toInt32(score) as score, toString(grade) as grade, toString(stage) as stage, score_reasons
    from scores
    where model in {other_models: Array(String)}
  ),
  model_values as (
    select
      entity_id,
      [concat(model, '.score'), concat(model, '.grade'), concat(model, '.stage'), concat(model, '.reasons')] as names,
      [toString(score), toJSONString(grade), toJSONString(stage), toJSONString(score_reasons)] as texts
    from (
      select entity_id, model, score, grade, stage, score_reasons from run_rows
      union all
      select entity_id, model, score, grade, stage, score_reasons from other_rows
    )
  ),
  current_values as (
    select entity_id, mapFromArrays(groupArrayArray(names), groupArrayArray(texts)) as texts
    from model_values
    group by entity_id
  ),
  last_accepted as (
    select record_id, argMax(fields, (as_of, attempted_at)) as fields, max(attempted_at) as accepted_at
    from deliveries
    where destination = {destination: String} and object = {object: String} and lane = 'batch' and outcome = 'accepted'
    group by record_id
  ),
  compared as (
    select
      run_rows.entity_id as record_id,
      if({match: String} = 'email', run_rows.email, run_rows.entity_id) as match_key,
      run_rows.tier as tier,
      run_rows.created_at as created_at,
      run_rows.do_not_sync as do_not_sync,
      run_rows.is_unsubscribed as is_unsubscribed,
      arrayMap(source -> if(current_values.texts[source] = '', 'null', current_values.texts[source]), {sources: Array(String)}) as new_texts,
      last_accepted.record_id != '' as is_known,
      last_accepted.fields as previous,
      arrayMap(field -> if(JSONExtractRaw(last_accepted.fields, field) = '', 'null', JSONExtractRaw(last_accepted.fields, field)), {fields: Array(String)}) as old_texts,
      is_known
        and {refresh_days: UInt32} > 0
        and last_accepted.accepted_at < fromUnixTimestamp64Milli({now: Int64}) - toIntervalDay({refresh_days: UInt32})
        and cityHash64(run_rows.entity_id) % greatest({refresh_days: UInt32}, 1) = {day_number: UInt32} % greatest({refresh_days: UInt32}, 1) as is_due
    from run_rows
    left join current_values on current_values.entity_id = run_rows.entity_id
    left join last_accepted on last_accepted.record_id = run_rows.entity_id
  ),
  fired as (
    select
      *,
      arrayMap(
        (trigger, delta, new_text, old_text) -> multiIf(
          trigger = 'delta' and not is_known and toFloat64OrZero(new_text) != 0, 'first_non_zero',
          trigger = 'delta' and is_known and toFloat64OrZero(old_text) != 0 and toFloat64OrZero(new_text) = 0, 'becomes_zero',
          trigger = 'delta' and is_known and toFloat64OrZero(old_text) = 0 and toFloat64OrZero(new_text) != 0, 'leaves_zero',
          trigger = 'delta' and is_known and abs(toFloat64OrZero(new_text) - toFloat64OrZero(old_text)) >= delta, 'delta',
          trigger = 'change' and is_known and new_text != old_text, 'change',
          trigger = 'change' and not is_known and not has({triggers: Array(String)}, 'delta') and new_text not in ('null', '""'), 'first_non_zero',
          ''
        ),
        {triggers: Array(String)},
        {deltas: Array(Float64)},
        new_texts,
        old_texts
      ) as fired_by
    from compared
  ),
  decided as (
    select
      *,
      multiIf(
        notEmpty({forced: Array(String)}), 'retry',
        hasAny(fired_by, ['first_non_zero', 'becomes_zero', 'leaves_zero', 'delta', 'change']),
        arrayFirst(kind -> has(fired_by, kind), ['first_non_zero', 'becomes_zero', 'leaves_zero', 'delta', 'change']),
        is_due, 'refresh',
        ''
      ) as reason,
      multiIf(
        do_not_sync, 'do_not_sync',
        is_unsubscribed and {unsubscribed: String} = 'suppress', 'unsubscribed',
        match_key = '', 'no_match_key',
        reason = '', 'no_material_change',
        'send'
      ) as state,
      if(has({tiers: Array(String)}, tier), indexOf({tiers: Array(String)}, tier), length({tiers: Array(String)}) + 1) as tier_rank
    from fired
  ),
  placed as (
    select
      *,
      row_number() over (order by state != 'send', tier_rank, created_at is null, created_at, record_id) - 1 as position,
      arrayFilter((field, new_text) -> {nulls: String} = 'clear' or new_text != 'null', {fields: Array(String)}, new_texts) as sent_fields,
      arrayFilter(new_text -> {nulls: String} = 'clear' or new_text != 'null', new_texts) as sent_texts
    from decided
  )
select
  {attempt_id: String},
  position,
  {destination: String},
  {object: String},
  {run_id: String},
  record_id,
  match_key,
  state,
  reason,
  tier,
  if(state = 'send', concat('{', arrayStringConcat(arrayMap((field, text) -> concat(toJSONString(field), ':', text), sent_fields, sent_texts), ','), '}'), ''),
  previous
from placed
