-- Grain: one sealed signal. Five in a row are a visit of a person, or five signals of one kind: seven of ten are page views, half of
-- those of visitors who are not known; the others are e-mail, product use and CRM.
insert into signal_rows
  (step, attempt_id, window_start, topic, partition, offset, appended_at, signal_id, type, source, occurred_at, received_at,
   anonymous_id, user_id, account_id, url, url_path, referrer, user_agent, properties, email, email_normalized, email_domain, company_domain)
with
  intDiv(number, 5) as unit,
  number % 5 as place,
  cityHash64(unit, {step: UInt64}) as hash,
  unit % 10 as kind,
  toString(hash % {people: UInt64}) as person,
  toString(hash % intDiv({people: UInt64}, 20)) as company,
  toDateTime64({first_day: Date}, 3, 'UTC') + 86400 * (intDiv(hash, 1000) % {days: UInt64}) + intDiv(hash, 1000000) % 82000 + 40 * place as at,
  kind < 7 as is_page,
  is_page and kind % 2 = 0 as is_unknown,
  ['/pricing', '/docs', '/blog/post', '/', '/product'][1 + cityHash64(number) % 5] as path
select
  {step: UInt64}, {attempt_id: UUID}, toStartOfHour(at),
  multiIf(is_page, 'signals.website.v1', kind = 7, 'signals.email.v1', kind = 8, 'signals.product.v1', 'signals.crm.v1'),
  0, number, at, concat(toString({step: UInt64}), '-', lower(hex(sipHash128(number)))),
  multiIf(is_page, 'page_viewed', kind = 7, if(place = 0, 'email_clicked', 'email_opened'), kind = 8, 'feature_used', 'opportunity_updated'),
  'bench', at, at,
  if(is_page, concat('anon-', person), null), if(is_unknown, null, concat('u', person)), if(kind >= 8, concat('a', company), null),
  if(is_page, concat('https://www.example.com', path, '?utm_source=newsletter&utm_medium=email'), null), if(is_page, path, ''),
  if(is_page, 'https://www.google.com/', null), if(is_page, 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)', null),
  multiIf(
    is_page, map('title', 'A page', 'screen', '1440x900', 'locale', 'en-US'),
    kind = 7, map('campaign', 'autumn', 'link', 'https://www.example.com/'),
    kind = 8, map('feature', concat('feature ', toString(number % 40)), 'plan', 'team'),
    map('opportunity_id', person, 'stage', 'proposal')
  ),
  if(kind in (7, 9), concat('p', person, '@c', company, '.example'), null) as mail, mail,
  if(kind in (7, 9), concat('c', company, '.example'), null) as mail_domain, mail_domain
from numbers({signals: UInt64})
