-- Grain: one visit (is_visit), or what else a visitor did. Fragment: the CTEs from `by_visitor` to `visits`. The one rule of what a visit
-- is: only pages make and extend one, and a silence of the whole inactivity ends it. Read are, of `kept`, visitor, is_page, part,
-- occurred_at, signal_id, topic, (identity_kind, identity), how strong that identity is, 1 the strongest and 0 none, and `own`, a tuple of
-- what else the rollup keeps of a signal. Arrays of a visitor's signals cost a third of what window functions over all of them do.
  by_visitor as (
    select
      visitor,
      arraySort(
        groupArrayIf(tuple(occurred_at, signal_id, topic, part, strength, identity_kind, identity, own), is_page)
      ) as pages,
      groupArrayIf(tuple(occurred_at, signal_id, topic, part, strength, identity_kind, identity, own), not is_page) as others
    from kept
    group by visitor
  ),

  split as (
    select
      visitor,
      others,
      arraySplit(
        (page, silence_ms) -> silence_ms >= {inactivity_ms: Int64},
        pages,
        arrayDifference(arrayMap(page -> toUnixTimestamp64Milli(page.occurred_at), pages))
      ) as parts,
      arrayJoin(arrayConcat(arrayMap(pages_of_one -> (true, pages_of_one), parts), [(false, others)])) as one,
      one.1 as is_visit,
      one.2 as signals
    from by_visitor
  ),

  visits as (
    select
      visitor,
      others,
      is_visit,
      arrayFilter(signal -> signal.part = 'day', signals) as of_day,
      is_visit and signals[1].part = 'before' as is_continuation,
      is_visit and signals[-1].part = 'after' as is_continued,
      signals[-1 * countEqual(arrayMap(signal -> signal.part, signals), 'after')].occurred_at as continued_at,
      of_day[1] as first_page,
      of_day[-1] as last_page,
      arraySort(page -> (page.strength, page.occurred_at, page.signal_id), arrayFilter(page -> page.strength > 0, of_day))[1] as strongest,
      (strongest.identity_kind, strongest.identity) as owner,
      is_visit
        and not is_continuation
        and (
          length(signals) >= {minimum_pages: UInt32}
          or dateDiff('millisecond', signals[1].occurred_at, signals[-1].occurred_at) >= {minimum_ms: Int64}
        ) as begins_session,
      -- Tells visits apart: of one visitor no two begin with the same page.
      sipHash128(visitor, first_page.occurred_at, first_page.signal_id, first_page.topic) as visit
    from split
    where notEmpty(of_day)
  )
