-- Grain: (topic, reason).
select topic, reason, count() as records, min(appended_at) as first_at, max(appended_at) as last_at
from quarantined_records
where ({topic: String} = '' or topic = {topic: String})
  and ({reason: String} = '' or reason = {reason: String})
group by topic, reason
order by records desc, topic, reason
