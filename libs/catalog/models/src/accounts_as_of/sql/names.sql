-- Grain: one name that the account goes by, the one of the run included.
select arrayJoin(arrayDistinct(arrayPushBack(identities, account_id))) as name
from accounts_as_of_of(run_id = {run_id: String})
where account_id = {entity: String}
