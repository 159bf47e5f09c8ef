-- Grain: one field of one record that the instance tells of under another e-mail now: what was accepted goes with it.
-- {is_gone: UInt8} = 0 writes the rows under the new key, 1 takes them from the old one; each may be repeated. A key that
-- was left before and is taken again outweighs the row that took it away.
insert into last_accepted
  (destination, object, match_key, field, value, record_id, idempotency_key, lane, as_of, accepted_at, is_gone, version)
with
  renamed as (
    select old_key, new_key
    from (select arrayJoin({renames: Array(Tuple(String, String))}) as pair, pair.1 as old_key, pair.2 as new_key)
  )
select
  destination, object, if({is_gone: UInt8} = 1, match_key, renamed.new_key), field, value, record_id, idempotency_key, lane, as_of,
  accepted_at, {is_gone: UInt8}, version + 1
from last_accepted final
inner join renamed on renamed.old_key = last_accepted.match_key
where destination = {destination: String} and object = {object: String}
