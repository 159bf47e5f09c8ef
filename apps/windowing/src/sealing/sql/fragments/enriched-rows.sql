-- Fragment: CTEs from `selected` (rows with is_late) to `enriched` (rows as they are stored).
  prepared as (
    select
      *,
      {{email_expression}} as email_text,
      {{email_domain_expression}} as email_domain_text,
      {{domain_expression}} as domain_text
    from selected
  ),
  domain_values as (
    select value, registrable_domain, is_free_mail, is_disposable
    from {target: Identifier}.attempt_values
    where attempt_id = {attempt_id: UUID} and kind = 'domain'
  ),
  user_agent_values as (
    select value, is_bot
    from {target: Identifier}.attempt_values
    where attempt_id = {attempt_id: UUID} and kind = 'user_agent'
  ),
  enriched as (
    select
      {step: UInt64} as step,
      {attempt_id: UUID} as attempt_id,
      prepared.window_start as window_start,
      topic, topic_epoch, partition, offset, appended_at, schema_id, is_late,
      signal_id, type, source, occurred_at, received_at, anonymous_id, user_id, email, account_id, domain, session_id,
      url, referrer, country, user_agent, prepared.value as value, properties,
      if(mail.registrable_domain is null or email_domain_text = '', null, email_text) as email_normalized,
      if(email_domain_text = '', null, mail.registrable_domain) as email_domain,
      email_domain_text != '' and mail.is_free_mail as is_free_mail,
      email_domain_text != '' and mail.is_disposable as is_disposable,
      coalesce(
        if(domain_text = '', null, own.registrable_domain),
        if(email_domain_text = '' or mail.is_free_mail or mail.is_disposable, null, mail.registrable_domain)
      ) as company_domain,
      agent.is_bot as is_bot,
      {{url_path_expression}} as url_path
    from prepared
    left any join domain_values as mail on mail.value = email_domain_text
    left any join domain_values as own on own.value = domain_text
    left any join user_agent_values as agent on agent.value = ifNull(user_agent, '')
  )
