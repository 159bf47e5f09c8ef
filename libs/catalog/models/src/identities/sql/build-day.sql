-- Grain: (day, from_kind, from_id, to_kind, to_id, rank): what one local day's signals say belongs together, as of a seal step.
with
  sealed as (
    select
      occurred_at,
      signal_id,
      ifNull(user_id, '') as user,
      ifNull(email_normalized, '') as email,
      ifNull(anonymous_id, '') as anonymous,
      ifNull(account_id, '') as account,
      ifNull(company_domain, '') as domain,
      if(user != '', ('user', user), if(email != '', ('email', email), ('anonymous', anonymous))) as self,
      if(ifNull(key_kind, '') = 'server', 1, 2) as rank
    from sealed_rows(
      as_of_step = {as_of_step: UInt64},
      folded_through = {folded_through: UInt64},
      winners = {winners: Array(Tuple(UInt64, UUID))},
      rebuilds = {rebuilds: Array(Tuple(UInt64, DateTime, DateTime))}
    )
    where window_start >= {first_window: DateTime('UTC')}
      and window_start < {day_end: DateTime('UTC')}
      and occurred_at >= {day_start: DateTime64(3, 'UTC')}
      and occurred_at < {day_end: DateTime64(3, 'UTC')}
      and not is_bot
  ),

  edges as (
    select
      occurred_at,
      signal_id,
      rank,
      arrayJoin(
        arrayFilter(
          edge -> edge.2 != '' and edge.4 != '',
          [
            ('anonymous', if(user = '' and email = '', '', anonymous), self.1, self.2),
            ('email', if(user = '', '', email), 'user', user),
            ('user', if(email = '', '', user), 'email', email),
            (self.1, if(self.1 = 'anonymous', '', self.2), 'account', account),
            (self.1, if(self.1 = 'anonymous', '', self.2), 'domain', domain)
          ]
        )
      ) as edge
    from sealed
  ),

  final as (
    select
      edge.1 as from_kind,
      edge.2 as from_id,
      edge.3 as to_kind,
      edge.4 as to_id,
      rank,
      count() as count,
      min((occurred_at, signal_id)) as first,
      max((occurred_at, signal_id)) as last
    from edges
    group by edge, rank
  )

select
  {day: Date} as day,
  {zone: String} as zone,
  {build_id: UUID} as build_id,
  {as_of_step: UInt64} as step,
  from_kind,
  from_id,
  to_kind,
  to_id,
  rank,
  count,
  first.1 as first_occurred_at,
  first.2 as first_signal_id,
  last.1 as last_occurred_at,
  last.2 as last_signal_id
from final
