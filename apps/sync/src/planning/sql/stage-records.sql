-- Grain: one record of one planning attempt: who exists, with the values of the runs, beside what was accepted last.
-- Values travel as JSON text: a missing one is null. Of each model's row only the fields of the mapping are read, and of what was
-- accepted only those that a trigger compares.
insert into delivery_plan_records
  (attempt_id, record_id, match_key, state, reason, is_leaver, is_exit, is_orphan, tier, tier_rank, created_at, new_texts, old_texts, last_key)
with
  instance_records as (
    select concat({instance: String}, '/', external_id) as instance_id, email, is_gone, emails
    from {{instance_records}}(instance = {instance: String})
  ),
  -- Keys of what the instance deleted or merged away, unless it has another record of the key.
  gone_keys as (
    select arrayJoin(if({match: String} = 'crm_id', [substring(instance_id, length({instance: String}) + 2)], emails)) as match_key
    from instance_records
    where is_gone
    except
    select if({match: String} = 'crm_id', substring(instance_id, length({instance: String}) + 2), email) as match_key
    from instance_records
    where not is_gone
  ),
  scored as (
    select entity_id, maxForEach(texts) as texts
    from (
      select
        entity_id,
        cast(JSONExtractKeysAndValuesRaw(values), 'Map(String, String)') as published,
        arrayMap(
          (source_model, source_field) -> if(source_model = model, published[source_field], ''),
          {source_models: Array(String)},
          {source_fields: Array(String)}
        ) as texts
      from score_values_of(run_ids = {run_ids: Array(String)})
    )
    group by entity_id
  ),
  audience as (
    select
      record_id,
      email,
      arrayFilter(id -> startsWith(id, concat({instance: String}, '/')), instance_ids) as told_ids,
      tier,
      created_at,
      do_not_sync,
      is_unsubscribed
    from {{audience}}(run_id = {audience_run_id: String})
    where
      not {is_forced: Bool}
      or record_id in {forced: Array(String)}
      or record_id in (
        select record_id from delivery_plan_rows where attempt_id = {held_of: String} and state = 'waits_for_approval'
      )
  ),
  -- Of the records that a person has in the instance one that is still there.
  live as (
    select told.record_id as record_id, min(told.told_id) as instance_id, argMin(instance_records.email, told.told_id) as email
    from (select record_id, arrayJoin(told_ids) as told_id from audience) as told
    left join instance_records on instance_records.instance_id = told.told_id
    where not instance_records.is_gone
    group by record_id
  ),
  matched as (
    select
      audience.record_id as record_id,
      multiIf(
        {match: String} = 'id', audience.record_id,
        -- Who is gone there is found by the id that it had, as what was accepted is.
        {match: String} = 'crm_id', substring(if(live.instance_id = '', arrayMin(audience.told_ids), live.instance_id), length({instance: String}) + 2),
        live.email != '', live.email,
        audience.email
      ) as match_key,
      audience.tier as tier,
      audience.created_at as created_at,
      audience.do_not_sync as do_not_sync,
      audience.is_unsubscribed as is_unsubscribed,
      live.instance_id = '' and (notEmpty(audience.told_ids) or audience.email in (select match_key from gone_keys)) as is_gone
    from audience
    left join live on live.record_id = audience.record_id
  ),
  present as (
    select matched.*, scored.texts as texts
    from matched
    left join scored on scored.entity_id = matched.record_id
  ),
  -- What was accepted, and what may be without anybody knowing yet.
  accepted as (
    select
      match_key,
      mapFromArrays(groupArray(field), groupArray(value)) as texts,
      argMax(record_id, ledger.accepted_at) as last_record_id,
      argMax(idempotency_key, ledger.accepted_at) as last_key,
      max(ledger.accepted_at) as last_at,
      max(field != '') as is_known,
      max(field = '') as is_uncertain
    from (
      select match_key, field, value, record_id, idempotency_key, accepted_at
      from last_accepted final
      where
        destination = {destination: String}
        and object = {object: String}
        and field in {compared_fields: Array(String)}
      union all
      select match_key, '', '', record_id, '', fromUnixTimestamp64Milli(toInt64(0), 'UTC')
      from delivery_plan_records
      where attempt_id = {uncertain_id: UUID}
    ) as ledger
    group by match_key
  ),
  compared as (
    select
      if(present.record_id = '', accepted.last_record_id, present.record_id) as record_id,
      if(present.record_id = '', accepted.match_key, present.match_key) as match_key,
      present.record_id = '' as is_orphan,
      accepted.is_known = 1 as is_known,
      accepted.is_uncertain = 1 as is_uncertain,
      (is_known or is_uncertain) and empty(present.texts) as is_leaver,
      present.tier as tier,
      present.created_at as created_at,
      present.do_not_sync as do_not_sync,
      present.is_unsubscribed as is_unsubscribed,
      if(is_orphan, accepted.match_key in (select match_key from gone_keys), present.is_gone) as is_gone,
      multiIf(
        is_leaver, {leaver_texts: Array(String)},
        empty(present.texts), arrayMap(field -> 'null', {fields: Array(String)}),
        arrayMap(text -> if(text = '', 'null', text), present.texts)
      ) as new_texts,
      arrayMap(field -> if(accepted.texts[field] = '', 'null', accepted.texts[field]), {fields: Array(String)}) as old_texts,
      accepted.last_key as last_key,
      is_known
        and {refresh_days: UInt32} > 0
        and accepted.last_at < fromUnixTimestamp64Milli({now: Int64}) - toIntervalDay({refresh_days: UInt32} + cityHash64(match_key) % greatest({refresh_days: UInt32}, 1)) as is_due
    from present
    full join accepted on accepted.match_key = present.match_key
    where
      {takes_leavers: Bool}
      or present.record_id != ''
      or accepted.match_key in (
        select match_key from delivery_plan_rows where attempt_id = {held_of: String} and state = 'waits_for_approval'
      )
  ),
  fired as (
    select
      *,
      arrayMap(
        (trigger, delta, new_text, old_text, new_number, old_number) -> multiIf(
          trigger = 'never' or new_text = '' or (new_text = 'null' and {nulls: String} = 'keep' and not is_leaver), '',
          is_known and (new_text = 'null') != (old_text = 'null'), 'change',
          trigger = 'change' and is_known and new_text != old_text, 'change',
          trigger = 'change' and not is_known and not has({triggers: Array(String)}, 'delta') and new_text not in ('null', '""', '"none"'), 'first_non_zero',
          trigger = 'change', '',
          not is_known, if(new_number != 0, 'first_non_zero', ''),
          old_number != 0 and new_number = 0, 'becomes_zero',
          old_number = 0 and new_number != 0, 'leaves_zero',
          abs(new_number - old_number) >= delta, 'delta',
          ''
        ),
        {triggers: Array(String)},
        {deltas: Array(Float64)},
        new_texts,
        old_texts,
        arrayMap(text -> toFloat64OrZero(text), new_texts),
        arrayMap(text -> toFloat64OrZero(text), old_texts)
      ) as fired_by,
      arrayFirst(
        kind -> has(fired_by, kind),
        ['first_non_zero', 'becomes_zero', 'leaves_zero', 'delta', 'change']
      ) as trigger_fired
    from compared
  ),
  decided as (
    select
      *,
      multiIf(
        {is_forced: Bool} and not is_leaver, 'retry',
        {mode: String} = 'create' and (is_known or is_leaver), '',
        is_leaver and trigger_fired != '', 'leaver',
        trigger_fired != '', trigger_fired,
        is_due and not is_leaver, 'refresh',
        is_uncertain and {mode: String} != 'create' and arrayExists((trigger, text) -> trigger != 'never' and text != '' and (text != 'null' or is_leaver or {nulls: String} = 'clear'), {triggers: Array(String)}, new_texts), 'retry',
        ''
      ) as reason,
      multiIf(
        is_gone, 'gone',
        do_not_sync, 'do_not_sync',
        is_unsubscribed and {unsubscribed: String} = 'suppress', 'unsubscribed',
        match_key = '', 'no_match_key',
        reason = '', 'no_material_change',
        'send'
      ) as state
    from fired
  )
select
  {attempt_id: UUID},
  record_id,
  match_key,
  state,
  reason,
  is_leaver,
  arrayExists((trigger, new_text, old_text) -> trigger = 'change' and old_text not in ('null', '""', '"none"') and new_text in ('null', '""', '"none"'), {triggers: Array(String)}, new_texts, old_texts) as is_exit,
  is_orphan,
  if(tier = '', 'none', tier),
  if(has({tiers: Array(String)}, tier), indexOf({tiers: Array(String)}, tier), length({tiers: Array(String)}) + 1),
  created_at,
  if(state = 'send', new_texts, []),
  if(state = 'send', old_texts, []),
  if(last_key = '', 'none', last_key)
from decided
