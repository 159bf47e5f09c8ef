-- Grain: one row: steps up to folded_through need no winners to be bound, and the newest step that a day was built as of.
select
  folded_through,
  dropped_through,
  (select max(step) from person_day_builds) as built_through
from folded_through
