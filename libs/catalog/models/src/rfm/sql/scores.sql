-- Grain: one person of the chunks [first_chunk, end_chunk). A value without a cut point has the score of the nearest one that is
-- not better, and 1 when all are better. Nobody has a score when too few people are active.
with
  people as (
    select *
    from rfm_people
    where attempt_id = {attempt_id: UUID} and chunk >= {first_chunk: UInt32} and chunk < {end_chunk: UInt32}
  ),

  enough as (
    select count() >= {minimum_people: UInt32} as is_enough from rfm_people where attempt_id = {attempt_id: UUID}
  ),

  measured as (
    select entity_id, measured.1 as measure, assumeNotNull(measured.2) as value
    from people
    array join [
      ('r', toNullable(toDecimal128(-toInt64(recency_days), 6))),
      ('f', toNullable(toDecimal128(active_days, 6))),
      ('m', amount)
    ] as measured
    where measured.2 is not null
  ),

  points as (
    select toString(measure) as measure, value, score from rfm_cut_points_of(run_id = {run_id: String})
  ),

  scored as (
    select
      measured.entity_id as entity_id,
      maxIf(ifNull(points.score, 1), measured.measure = 'r') as r,
      maxIf(ifNull(points.score, 1), measured.measure = 'f') as f,
      greatest(1, maxIf(ifNull(points.score, 1), measured.measure = 'm')) as m
    from measured
    asof left join points on measured.measure = points.measure and measured.value >= points.value
    group by entity_id
  ),

  final as (
    select
      people.*,
      if((select is_enough from enough), toNullable(toUInt8(scored.r)), null) as r,
      if((select is_enough from enough), toNullable(toUInt8(scored.f)), null) as f,
      if((select is_enough from enough), toNullable(toUInt8(scored.m)), null) as m,
      arrayFirstIndex(
        (r_from, r_to, f_from, f_to, m_from, m_to) -> scored.r between r_from and r_to
          and scored.f between f_from and f_to
          and scored.m between m_from and m_to,
        {r_from: Array(UInt8)},
        {r_to: Array(UInt8)},
        {f_from: Array(UInt8)},
        {f_to: Array(UInt8)},
        {m_from: Array(UInt8)},
        {m_to: Array(UInt8)}
      ) as rule,
      if(r is null, null, toNullable({segments: Array(String)}[rule])) as segment
    from people
    inner join scored on people.entity_id = scored.entity_id
  )

select
  {run_id: String} as run_id,
  {as_of_date: Date} as as_of_date,
  chunk,
  entity_id,
  account_id,
  email,
  tier,
  created_at,
  do_not_sync,
  is_unsubscribed,
  recency_days,
  active_days,
  amount,
  r,
  f,
  m,
  segment
from final
settings join_use_nulls = 1
