-- Grain: one row. How far the clean-up is, by the server's clock.
select
  maxIf(through, kind = 'folded') as folded_through,
  maxIf(through, kind = 'closing') as closing_through,
  toUnixTimestamp64Milli(maxIf(noted_at, kind = 'closing')) as closing_at,
  toUnixTimestamp64Milli(now64(3)) as now
from {target: Identifier}.folded_steps
