-- Grain: the calls of all processes to one account in one minute that name one limit, or none (account, minute, limit_name).
select
  account,
  toUInt64(toUnixTimestamp(minute)) * 1000 as minute_ms,
  limit_name,
  sum(calls) as total
from delivery_calls final
where minute > now() - interval 1 day
group by account, minute, limit_name
order by account, minute_ms, limit_name
