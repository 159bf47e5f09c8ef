-- Grain: one remark: a measure whose cut points moved, so that the value of today scores other than by those of the run before.
with
  now_points as (
    select measure, value, score, frozen_by from rfm_cut_points_of(run_id = {run_id: String})
  ),

  before_points as (
    select measure, value, score from rfm_cut_points_of(run_id = {previous: String})
  ),

  measured as (
    select measured.1 as measure, measured.2 as name, assumeNotNull(measured.3) as value, measured.4 as score
    from rfm_of(run_id = {run_id: String})
    array join [
      ('r', 'R', toNullable(toDecimal128(-toInt64(recency_days), 6)), r),
      ('f', 'F', toNullable(toDecimal128(active_days, 6)), f),
      ('m', 'M', amount, m)
    ] as measured
    where entity_id = {entity: String} and measured.3 is not null and measured.4 is not null
  ),

  final as (
    select
      measured.name as name,
      assumeNotNull(measured.score) as score,
      greatest(1, (argMaxIf(before_points.score, before_points.value, before_points.value <= measured.value))) as before
    from measured
    inner join before_points on measured.measure = before_points.measure
    where measured.measure in (select measure from now_points where frozen_by = {run_id: String})
    group by name, measured.score
  )

select concat(
  'cut points moved: ', name, ' is ', toString(score), ' and was ', toString(before),
  ' for the same value by those of the run before; the first run of a month freezes them'
) as remark
from final
where score != before
order by name
