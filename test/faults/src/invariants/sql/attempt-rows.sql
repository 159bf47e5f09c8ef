-- Grain: row of any attempt, straight from the table. `content` are the fields as the producer sent them.
select
  step, toString(attempt_id) as attempt_id, toUnixTimestamp(window_start) * 1000 as window_ms,
  toString(topic) as topic, topic_epoch, partition, offset, is_late, signal_id,
  toJSONString(tuple(
    type, source, toUnixTimestamp64Milli(occurred_at), toUnixTimestamp64Milli(received_at), anonymous_id, user_id, email,
    account_id, domain, session_id, url, referrer, country, user_agent, value, arraySort(mapKeys(properties)),
    arraySort(mapValues(properties)), key_kind
  )) as content
from signal_rows
