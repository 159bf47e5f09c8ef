-- Grain: one chunk of the people who were active.
select chunk, count() as entities
from rfm_people
where attempt_id = {attempt_id: UUID}
group by chunk
order by chunk
