-- Grain: one row. T of the newest step: windows that end with their grace at or before it are closed.
select toUnixTimestamp64Milli(max(closed_through)) as closed_through_ms
from seal_steps
