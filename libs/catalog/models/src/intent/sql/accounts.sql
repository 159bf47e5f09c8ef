-- Grain: one account that surges on a topic: maximum x min(1, sum of the strongest topics / full), in micro-points.
with
  strongest as (
    select
      account_id,
      arraySlice(
        arraySort(
          one -> (-one.7, one.1),
          groupArray((topic, provider, observed_on, age_days, score_micro, weight, term_micro, signal_ids))
        ),
        1,
        {strongest: UInt32}
      ) as counted
    from intent_topics_of(run_id = {run_id: String})
    where account_id != '' and term_micro > 0
    group by account_id
  ),

  final as (
    select
      account_id,
      counted,
      arraySum(one -> one.7, counted) as terms,
      intDiv({maximum_micro: Int64} * least(terms, {full_micro: Int64}), {full_micro: Int64}) as points_micro
    from strongest
  )

select
  {run_id: String} as run_id,
  {as_of_date: Date} as as_of_date,
  account_id,
  points_micro,
  toUInt8(intDiv(points_micro + 500000, 1000000)) as score,
  arrayMap(
    one -> (one.1, one.2, one.3, one.4, one.5, one.6, intDiv(points_micro * one.7, terms), one.8),
    counted
  ) as topics
from final
