-- Grain: one path of one to ten touches by ten channels, taken once; one in five ended with a conversion.
insert into attribution_paths_found (attempt_id, period, unit_kind, conversion, channels, conversions, value_minor, nulls)
select
  {attempt_id: UUID}, '2026-10', 'person', 'opportunity_won',
  arrayMap(
    n -> ['paid_search', 'organic', 'email', 'social', 'referral', 'direct', 'display', 'campaign', 'partner', 'event'][cityHash64(number, n) % 10 + 1],
    range(1 + cityHash64(number) % 10)
  ),
  number % 5 = 0, if(number % 5 = 0, number % 100000, 0), number % 5 != 0
from numbers({paths: UInt64})
