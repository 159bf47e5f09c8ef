-- Grain: one account, as every score model shows its rows: whole points of each topic by largest remainder, which sum to the score.
with
  previous as (
    select account_id, score from intent_of(run_id = {previous: String})
  ),

  accounts as (
    select * from accounts_as_of_of(run_id = {accounts: String})
  ),

  ranked as (
    select
      account_id,
      score,
      toInt64(score) as rounded_total,
      arrayMap(one -> ('intent', toString(one.topic), toNullable(one.observed_on), one.part_micro, one), topics) as all_parts,
{{whole_points}},
      arraySort(
        pair -> (-pair.2, pair.1.topic),
        arrayMap((part, given) -> (part.5, given), ranked_parts, whole_points)
      ) as strongest
    from intent_of(run_id = {run_id: String})
  )

select
  {run_id: String} as run_id,
  'intent' as model,
  {as_of_date: Date} as as_of_date,
  'account' as entity_kind,
  ranked.account_id as entity_id,
  toUInt32(0) as chunk,
  ranked.account_id as account_id,
  ranked.score as score,
  previous.score as previous_score,
  arrayMap(
    pair -> concat(
      'Reads about ', pair.1.topic, ': ', toString(pair.1.score_micro / 1000000), ' of 100 on ', toString(pair.1.observed_on),
      if(pair.1.provider = '', '', concat(', says ', pair.1.provider)),
      ' (+', toString(pair.2), if(pair.2 = 1, ' point).', ' points).')
    ),
    arraySlice(strongest, 1, 3)
  ) as score_reasons,
  if(ifNull(accounts.tier, '') = '', 'none', assumeNotNull(accounts.tier)) as tier,
  if(accounts.created_at is null, null, toUnixTimestamp64Milli(assumeNotNull(accounts.created_at))) as created_at,
  concat(
    '{"providers":', toJSONString(arraySort(arrayDistinct(arrayMap(pair -> toString(pair.1.provider), strongest)))),
    ',"topics":', toJSONString(arrayMap(pair -> toString(pair.1.topic), strongest)),
    '}'
  ) as values,
  {contributions_until: Date} as contributions_until,
  arraySort(
    one -> one.2,
    arrayMap(
      pair -> (
        'intent',
        toString(pair.1.topic),
        toNullable(pair.1.observed_on),
        pair.2,
        toUInt32(1),
        toFloat64(pair.1.weight),
        toNullable(toUInt32(pair.1.age_days)),
        pair.1.signal_ids
      ),
      arrayFilter(pair -> pair.2 > 0, strongest)
    )
  ) as contributions
from ranked
left join previous on ranked.account_id = previous.account_id
left join accounts on ranked.account_id = accounts.account_id
settings join_use_nulls = 1
