-- Grain: one account, as every score model shows its rows: whole points of each part by largest remainder, which sum to the score.
with
  accounts as (
    select * from accounts_as_of_of(run_id = {accounts: String})
  ),

  scored as (
    select
      *,
      arraySort(
        part -> (-(part.2 % 1000000), part.1),
        [
          ('fit', fit_micro, toUInt32(1)),
          ('engagement', engagement_micro, toUInt32(1)),
          ('intent', intent_micro, toUInt32(1)),
          ('activity', activity_micro, active_people),
          ('committee', committee_micro, toUInt32(1))
        ]
      ) as parts,
      toInt64(score) - arraySum(part -> intDiv(part.2, 1000000), parts) as to_give,
      arrayFilter(
        part -> part.2 != 0,
        arrayMap(
          (part, rank) -> (part.1, toInt32(intDiv(part.2, 1000000) + (rank <= to_give)), part.3),
          parts,
          arrayEnumerate(parts)
        )
      ) as given
    from account_score_of(run_id = {run_id: String})
  )

select
  {run_id: String} as run_id,
  'account_score' as model,
  {as_of_date: Date} as as_of_date,
  'account' as entity_kind,
  scored.account_id as entity_id,
  toUInt32(0) as chunk,
  scored.account_id as account_id,
  scored.score as score,
  scored.previous_score as previous_score,
  scored.stage as stage,
  scored.previous_stage as previous_stage,
  arrayMap(
    part -> concat(
      multiIf(
        part.1 = 'fit', 'Fits who we sell to',
        part.1 = 'engagement', 'Its most engaged people count',
        part.1 = 'intent', 'Reads about our topics',
        part.1 = 'activity', concat(toString(part.3), if(part.3 = 1, ' person is active', ' people are active')),
        'A buying committee is there'
      ),
      ' (+', toString(part.2), if(part.2 = 1, ' point).', ' points).')
    ),
    arraySlice(arraySort(part -> (-part.2, part.1), scored.given), 1, 3)
  ) as score_reasons,
  if(ifNull(accounts.tier, '') = '', 'none', assumeNotNull(accounts.tier)) as tier,
  if(accounts.created_at is null, null, toUnixTimestamp64Milli(assumeNotNull(accounts.created_at))) as created_at,
  toJSONString(map('stage', scored.stage)) as values,
  {contributions_until: Date} as contributions_until,
  arraySort(
    one -> one.2,
    arrayMap(
      part -> (
        'account', part.1, cast(null, 'Nullable(Date)'), part.2, part.3, toFloat64(0), cast(null, 'Nullable(UInt32)'),
        emptyArrayString()
      ),
      scored.given
    )
  ) as contributions
from scored
left join accounts on scored.account_id = accounts.account_id
settings join_use_nulls = 1
