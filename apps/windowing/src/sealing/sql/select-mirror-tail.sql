-- Grain: step. The newest steps of the mirror, ascending; back to the first whose losing attempts may not be cleaned up yet.
with
  (select max(step) from {sealed: Identifier}.seal_steps) as last_step,
  (select max(through) from {sealed: Identifier}.folded_steps where kind = 'folded') as folded_step
select step, log_offset, toUnixTimestamp(closed_before) as closed_before_second, record
from {sealed: Identifier}.seal_steps final
where step >= least(toUInt64(greatest(last_step, {keep: UInt64}) - {keep: UInt64}), folded_step)
order by step
