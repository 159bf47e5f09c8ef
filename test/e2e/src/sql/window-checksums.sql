-- Grain: window.
select toString(window_start) as window_start, sealed, duplicates, checksum
from windows
where state != 'open'
order by window_start
