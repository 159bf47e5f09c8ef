-- Grain: one chunk of the people who get a row.
select chunk, count() as entities
from people_as_of_of(run_id = {people: String})
where not do_not_score
group by chunk
order by chunk
