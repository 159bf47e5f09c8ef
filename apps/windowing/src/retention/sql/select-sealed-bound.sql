-- Grain: one row. The last step with T at or before the time, and whether the chain has passed it, so that no further one will be.
select
  maxIf(step, closed_through <= {closed_through: DateTime64(3, 'UTC')}) as through_step,
  max(closed_through) > {closed_through: DateTime64(3, 'UTC')} as is_passed
from {database: Identifier}.seal_steps
