-- Grain: account whose health is known or not: what stories expect of it.
select account_id, band, is_at_risk, risks
from account_health_this_week
