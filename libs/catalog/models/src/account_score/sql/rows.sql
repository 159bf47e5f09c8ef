-- Grain: one account, as every score model shows its rows: whole points of each part by largest remainder, which sum to the score.
with
  accounts as (
    select * from accounts_as_of_of(run_id = {accounts: String})
  ),

  scored as (
    select
      *,
      toInt64(score) as rounded_total,
      arrayMap(
        part -> ('account', part.1, cast(null, 'Nullable(Date)'), part.2, part.3),
        [
          ('fit', fit_micro, toUInt32(1)),
          ('engagement', engagement_micro, toUInt32(1)),
          ('intent', intent_micro, toUInt32(1)),
          ('activity', activity_micro, active_people),
          ('committee', committee_micro, toUInt32(1))
        ]
      ) as all_parts,
{{whole_points}},
      arrayFilter(
        one -> one.4 != 0,
        arrayMap(
          (part, given) -> (
            part.1, part.2, part.3, given, part.5, toFloat64(0), cast(null, 'Nullable(UInt32)'), emptyArrayString()
          ),
          ranked_parts,
          whole_points
        )
      ) as parts
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
        part.2 = 'fit', 'Fits who we sell to',
        part.2 = 'engagement', 'Its most engaged people count',
        part.2 = 'intent', 'Reads about our topics',
        part.2 = 'activity', concat(toString(part.5), if(part.5 = 1, ' person is active', ' people are active')),
        'A buying committee is there'
      ),
      ' (+', toString(part.4), if(part.4 = 1, ' point).', ' points).')
    ),
    arraySlice(arraySort(part -> (-part.4, part.2), scored.parts), 1, 3)
  ) as score_reasons,
  if(ifNull(accounts.tier, '') = '', 'none', assumeNotNull(accounts.tier)) as tier,
  if(accounts.created_at is null, null, toUnixTimestamp64Milli(assumeNotNull(accounts.created_at))) as created_at,
  toJSONString(map('stage', scored.stage)) as values,
  {contributions_until: Date} as contributions_until,
  arraySort(part -> part.2, scored.parts) as contributions
from scored
left join accounts on scored.account_id = accounts.account_id
settings join_use_nulls = 1
