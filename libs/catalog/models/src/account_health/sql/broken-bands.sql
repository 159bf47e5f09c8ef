-- Grain: one account of the run with a band, of which too little is known for one or which is still onboarding.
select account_id, band, coverage, weeks_known
from account_health_of(run_id = {run_id: String})
where band != 'none' and (score is null or weeks_known < 4)
limit 3
