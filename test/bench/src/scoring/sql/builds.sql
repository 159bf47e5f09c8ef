-- Grain: one day of a rollup, built.
insert into rollup_builds (model, day, zone, build_id, step, definition_hash, until, is_complete, duration_ms)
select {model: String}, {as_of_date: Date} - 1 - toUInt32(number), {zone: String}, {build_id: UUID}, 1, {definition_hash: String}, 0, true, 0
from numbers({days: UInt32})
