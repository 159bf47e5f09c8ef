-- Grain: one row: steps up to this one have no losing attempts left, so that their rows need no winners to be bound.
select max(through) as folded
from folded_steps
where kind = 'folded'
