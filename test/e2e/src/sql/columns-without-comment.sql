-- Grain: column of a table or view that analysts read, without a comment; empty when all is well.
select table, name
from system.columns
where database = currentDatabase()
  and comment = ''
  and table in (
    'signals', 'signals_quarantined', 'windows', 'person_days', 'sessions', 'account_days', 'account_usage_daily', 'account_usage_weekly',
    'account_usage_monthly', 'account_usage_quarterly', 'account_cohorts_weekly', 'opportunities', 'people', 'accounts', 'scores', 'score_history',
    'score_contributions', 'score_runs', 'deliveries', 'delivery_runs', 'conservation'
  )
order by table, name
