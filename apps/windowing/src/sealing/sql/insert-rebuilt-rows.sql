-- Grain: one sealed signal of the rebuilt range, as of the step before: normalised and enriched again by this version's code.
-- Nothing is inserted once the step is closing (see fold), however late this statement starts.
insert into {target: Identifier}.signal_rows
(
  step, attempt_id, window_start, topic, topic_epoch, partition, offset, appended_at, schema_id, is_late,
  signal_id, type, source, occurred_at, received_at, anonymous_id, user_id, email, account_id, domain, session_id,
  url, referrer, country, user_agent, value, properties, key_kind,
  email_normalized, email_domain, is_free_mail, is_disposable, company_domain, is_bot, url_path
)
with
  selected as (
    {{rebuilt_rows}}
  ),
{{enriched_rows}}
select
  step, attempt_id, window_start, topic, topic_epoch, partition, offset, appended_at, schema_id, is_late,
  signal_id, type, source, occurred_at, received_at, anonymous_id, user_id, email, account_id, domain, session_id,
  url, referrer, country, user_agent, value, properties, key_kind,
  email_normalized, email_domain, is_free_mail, is_disposable, company_domain, is_bot, url_path
from enriched
where (select max(through) from {target: Identifier}.folded_steps where kind = 'closing') < {step: UInt64}
