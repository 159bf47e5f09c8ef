-- Grain: one winning copy (window_start, topic, signal_id) of the step: every row of windows that the step closes, and the late
-- rows of windows that were closed before, unless their id is sealed already. The winner is the lowest (epoch, partition, offset).
-- Nothing is inserted once the step is closing (see fold), however late this statement starts.
insert into {target: Identifier}.signal_rows
(
  step, attempt_id, window_start, topic, topic_epoch, partition, offset, appended_at, schema_id, is_late,
  signal_id, type, source, occurred_at, received_at, anonymous_id, user_id, email, account_id, domain, session_id,
  url, referrer, country, user_agent, value, properties, key_kind,
  email_normalized, email_domain, is_free_mail, is_disposable, company_domain, is_bot, url_path
)
with
  newly_closed as (
    select *
    from {raw: Identifier}.signals_raw
    where window_start >= {previous_closed_before: DateTime('UTC')}
      and window_start < {closed_before: DateTime('UTC')}
      and {{below_vector}}
    order by window_start, topic, topic_epoch, partition, offset
    limit 1 by window_start, topic, signal_id
  ),
  late_candidates as (
    select *
    from {raw: Identifier}.signals_raw
    where window_start < {previous_closed_before: DateTime('UTC')}
      and {{between_vectors}}
    order by window_start, topic, topic_epoch, partition, offset
    limit 1 by window_start, topic, signal_id
  ),
  already_sealed as (
    select window_start, topic, signal_id
    from {sealed: Identifier}.signal_rows
    where (window_start, topic, signal_id) in (select window_start, topic, signal_id from late_candidates)
      and step < {step: UInt64}
      and {{is_winner}}
  ),
  late as (
    select *
    from late_candidates
    where (window_start, topic, signal_id) not in (select window_start, topic, signal_id from already_sealed)
  ),
  selected as (
    select *, false as is_late from newly_closed
    union all
    select *, true as is_late from late
  ),
{{enriched_rows}}
select
  step, attempt_id, window_start, topic, topic_epoch, partition, offset, appended_at, schema_id, is_late,
  signal_id, type, source, occurred_at, received_at, anonymous_id, user_id, email, account_id, domain, session_id,
  url, referrer, country, user_agent, value, properties, key_kind,
  email_normalized, email_domain, is_free_mail, is_disposable, company_domain, is_bot, url_path
from enriched
where (select max(through) from {target: Identifier}.folded_steps where kind = 'closing') < {step: UInt64}
