-- Grain: (period, unit_kind, conversion, source, target): how often one state of the chain follows another. Repeats of a channel are one;
-- a path without a touch is not in the chain.
with
  paths as (
    select period, unit_kind, conversion, arrayCompact(channels) as states, conversions, nulls
    from attribution_paths_found
    where attempt_id = {attempt_id: UUID} and notEmpty(channels)
  ),

  edges as (
    select
      period,
      unit_kind,
      conversion,
      arrayJoin(
        arrayConcat(
          arrayZip(arrayPushFront(arrayPopBack(states), '(start)'), states, arrayWithConstant(length(states), conversions + nulls)),
          [(states[-1], '(conversion)', conversions), (states[-1], '(null)', nulls)]
        )
      ) as edge
    from paths
  )

select period, unit_kind, conversion, edge.1 as source, edge.2 as target, sum(edge.3) as count
from edges
group by period, unit_kind, conversion, source, target
having count > 0
order by period, unit_kind, conversion, source, target
