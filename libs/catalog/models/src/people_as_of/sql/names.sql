-- Grain: one name that the person goes by, the one of the run included.
select arrayJoin(arrayDistinct(arrayPushBack(arrayMap(one -> one.2, identities), person_id))) as name
from people_as_of_of(run_id = {run_id: String})
where person_id = {entity: String}
