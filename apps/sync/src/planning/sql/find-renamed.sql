-- Grain: one record that was accepted under a key that nobody has any more, and that the instance still has under another. Whether
-- somebody of the audience has the other does not matter: who left since is found by it, too.
with
  orphans as (
    select match_key from delivery_plan_records where attempt_id = {attempt_id: UUID} and is_orphan
  ),
  stated as (
    select external_id, email as new_key, arrayJoin(emails) as old_key
    from {{instance_records}}(instance = {instance: String})
    where not is_gone and email != ''
  )
select old_key, min(stated.new_key) as new_key
from stated
where
  old_key in (select match_key from orphans)
  and old_key not in (select new_key from stated)
group by old_key
