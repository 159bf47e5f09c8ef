-- Fragment: CTEs from `selected` (rows with is_late) to `enriched` (rows as they are stored).
  prepared as (
    select
      *,
      {{email_text_expression}} as email_text,
      {{mail_kind_expression}} as mail_kind,
      {{mail_key_expression}} as mail_key,
      {{domain_expression}} as domain_text
    from selected
  ),
  mail_values as (
    select kind, value, normal, registrable_domain, is_free_mail, is_disposable
    from {target: Identifier}.attempt_values
    where attempt_id = {attempt_id: UUID} and kind in ('domain', 'email')
  ),
  domain_values as (
    select value, registrable_domain
    from mail_values
    where kind = 'domain'
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
      {{key_kind_expression}} as key_kind,
      if(mail_key = '' or mail.normal is null, null, if(mail_kind = 'domain', email_text, mail.normal)) as email_normalized,
      if(mail_key = '' or mail.normal is null, null, mail.registrable_domain) as email_domain,
      mail_key != '' and mail.is_free_mail as is_free_mail,
      mail_key != '' and mail.is_disposable as is_disposable,
      coalesce(
        if(domain_text = '', null, own.registrable_domain),
        if(mail_key = '' or mail.normal is null or mail.is_free_mail or mail.is_disposable, null, mail.registrable_domain)
      ) as company_domain,
      agent.is_bot as is_bot,
      {{url_path_expression}} as url_path
    from prepared
    left any join mail_values as mail on mail.kind = mail_kind and mail.value = mail_key
    left any join domain_values as own on own.value = domain_text
    left any join user_agent_values as agent on agent.value = ifNull(user_agent, '')
  )
