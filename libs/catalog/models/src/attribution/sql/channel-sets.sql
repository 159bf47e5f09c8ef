-- Grain: (period, unit_kind, conversion, channels): conversions whose path has exactly these channels, in any order and number.
select period, unit_kind, conversion, arraySort(arrayDistinct(paths.channels)) as channels, sum(paths.conversions) as conversions
from attribution_paths_found as paths
where attempt_id = {attempt_id: UUID} and notEmpty(paths.channels) and paths.conversions > 0
group by period, unit_kind, conversion, channels
order by period, unit_kind, conversion, channels
