-- Grain: the e-mail that one user was last identified with, and when; no row when there is none.
select email, toUnixTimestamp64Milli(said_at) as at
from delivery_known_emails
where user_id = {user_id: String}
order by said_at desc
limit 1
