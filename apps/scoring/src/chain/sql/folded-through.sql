-- Grain: one row: steps up to folded_through need no winners to be bound; rows of steps up to dropped_through may be gone.
select folded_through, dropped_through
from folded_through
