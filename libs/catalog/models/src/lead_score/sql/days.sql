-- Grain: day x identity x signal class of a person who is scored: what a run scores, found once for all of its chunks.
with
  members as (
    select chunk, person_id, concat(member.1, ':', member.2) as name
    from people_as_of_of(run_id = {people: String})
    array join identities as member
    where not do_not_score
  ),

  read as (
    select
      concat(identity_kind, ':', identity) as name,
      day,
      signal_class,
      count,
      last_occurred_at,
      signal_ids
    from person_days_at(builds = {days: Array(Tuple(Date, UUID))})
    where (
        signal_class in ('unsubscribe', 'resubscribe', 'hard_bounce', 'email_delivered', 'closed_lost', 'opportunity')
        or (
          day >= {as_of_date: Date} - {look_back_days: UInt32}
          and signal_class in (select signal_class from lead_score_weights where attempt_id = {attempt_id: UUID} and weight_micro > 0)
        )
      )
      and day < {as_of_date: Date}
  )

select
  {attempt_id: UUID} as attempt_id,
  members.chunk as chunk,
  members.person_id as person_id,
  read.day as day,
  read.signal_class as signal_class,
  read.count as count,
  read.last_occurred_at as last_occurred_at,
  read.signal_ids as signal_ids
from read
inner join members on read.name = members.name
