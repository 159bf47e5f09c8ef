-- Grain: one account, as every score model shows its rows: whole points of both parts by largest remainder, which sum to the score.
with
  previous as (
    select entity_id, score from score_rows_of(run_id = {previous: String})
  ),

  accounts as (
    select * from accounts_as_of_of(run_id = {accounts: String})
  ),

  scored as (
    select
      *,
      intDiv(engaged_micro + roles_micro + 500000, 1000000) as rounded_total,
      toUInt8(greatest(0, least(100, rounded_total))) as score,
      cast(null, 'Nullable(Date)') as no_day,
      [
        ('committee', 'engaged', no_day, engaged_micro, engaged),
        ('committee', 'roles', no_day, roles_micro, toUInt32(length(roles)))
      ] as all_parts,
{{whole_points}}
    from buying_committee_of(run_id = {run_id: String})
  )

select
  {run_id: String} as run_id,
  'buying_committee' as model,
  {as_of_date: Date} as as_of_date,
  'account' as entity_kind,
  scored.account_id as entity_id,
  toUInt32(0) as chunk,
  scored.account_id as account_id,
  scored.score as score,
  previous.score as previous_score,
  arrayFilter(
    sentence -> sentence != '',
    [
      concat(
        toString(scored.engaged), if(scored.engaged = 1, ' person is', ' people are'), ' engaged',
        multiIf(
          scored.momentum > 0, concat(', ', toString(scored.momentum), ' more than before.'),
          scored.momentum < 0, concat(', ', toString(-scored.momentum), ' fewer than before.'),
          '.'
        )
      ),
      if(empty(scored.roles), '', concat('Roles that are there: ', arrayStringConcat(scored.roles, ', '), '.')),
      if(empty(scored.missing_roles), '', concat('Roles that are missing: ', arrayStringConcat(scored.missing_roles, ', '), '.'))
    ]
  ) as score_reasons,
  if(ifNull(accounts.tier, '') = '', 'none', assumeNotNull(accounts.tier)) as tier,
  if(accounts.created_at is null, null, toUnixTimestamp64Milli(assumeNotNull(accounts.created_at))) as created_at,
  concat(
    '{"engaged":', toString(scored.engaged),
    ',"missing_roles":', toJSONString(scored.missing_roles),
    ',"momentum":', toString(scored.momentum),
    ',"roles":', toJSONString(scored.roles),
    '}'
  ) as values,
  {contributions_until: Date} as contributions_until,
  arraySort(
    one -> one.2,
    arrayFilter(
      one -> one.4 != 0,
      arrayMap(
        (part, given) -> (
          part.1, part.2, part.3, given, part.5, toFloat64(0), cast(null, 'Nullable(UInt32)'), emptyArrayString()
        ),
        scored.ranked_parts,
        scored.whole_points
      )
    )
  ) as contributions
from scored
left join previous on scored.account_id = previous.entity_id
left join accounts on scored.account_id = accounts.account_id
settings join_use_nulls = 1
