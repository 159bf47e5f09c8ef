-- Grain: one record of a plan (attempt_id, position): sent or not sent, with the reason. Leavers come first, then tier, the record's
-- age, its id. `most_exits` and `most_records` are the rails: what is beyond them, at the end of that order, waits for approval.
insert into delivery_plan_rows
  (attempt_id, position, destination, object, run_id, record_id, match_key, mode, idempotency_key, state, reason, tier, fields, previous)
with
  sent as (
    select
      *,
      row_number() over (partition by is_leaver or is_exit order by not is_leaver, tier_rank, created_at is null, created_at, record_id) as place
    from delivery_plan_settled(attempt_id = {attempt_id: UUID})
    where state = 'send'
  ),
  placed as (
    select
      *,
      (is_leaver or is_exit) and place > {most_exits: UInt64} as is_held,
      row_number() over (order by is_held, not is_leaver, tier_rank, created_at is null, created_at, record_id) - 1 as position,
      arrayMap(
        (field, text) -> concat(toJSONString(field), ':', text),
        arrayFilter((field, text) -> text != '' and (text != 'null' or is_leaver or {nulls: String} = 'clear'), {fields: Array(String)}, new_texts) as sent_fields,
        arrayFilter(text -> text != '' and (text != 'null' or is_leaver or {nulls: String} = 'clear'), new_texts) as sent_texts
      ) as pairs,
      concat('{', arrayStringConcat(pairs, ','), '}') as fields
    from sent
  )
select
  {attempt_id: String},
  position,
  {destination: String},
  {object: String},
  {run_id: String},
  record_id,
  match_key,
  -- What may have been made without anybody knowing yet is not made for what it has come to since.
  if(is_leaver or (reason = 'retry' and last_key = 'none' and not {is_forced: Bool}), 'update', ''),
  lower(hex(SHA256(concatWithSeparator('\x1f', {destination: String}, {object: String}, match_key, 'batch', fields, last_key)))),
  if(is_held or position >= {most_records: UInt64}, 'waits_for_approval', 'send'),
  reason,
  tier,
  fields,
  if(
    arrayExists(text -> text != 'null', old_texts),
    concat('{', arrayStringConcat(arrayMap((field, text) -> concat(toJSONString(field), ':', text), {fields: Array(String)}, old_texts), ','), '}'),
    ''
  )
from placed
union all
select
  {attempt_id: String},
  {sendable: UInt64} + rowNumberInAllBlocks(),
  {destination: String},
  {object: String},
  {run_id: String},
  record_id,
  match_key,
  '',
  '',
  state,
  reason,
  tier,
  '',
  ''
from delivery_plan_settled(attempt_id = {attempt_id: UUID})
where state != 'send'
