-- Grain: one row of `classified`. Fragment: the CTEs from `gaps` to `visits`, which give each page view its visit. The one rule of
-- what a visit is: only pages make and extend one, and a silence of the whole inactivity ends it. Read are visitor, is_page, part,
-- is_in_day, occurred_at, signal_id, topic, (identity_kind, identity), and how strong that identity is: 1 is the strongest, 0 none.
  gaps as (
    select
      *,
      lagInFrame(toNullable(occurred_at)) over (
        partition by visitor, is_page order by occurred_at, signal_id rows between 1 preceding and current row
      ) as previous_at
    from classified
  ),

  numbered as (
    select
      *,
      sum(previous_at is null or dateDiff('millisecond', previous_at, occurred_at) >= {inactivity_ms: Int64}) over (
        partition by visitor, is_page order by occurred_at, signal_id rows between unbounded preceding and current row
      ) as visit
    from gaps
  ),

  -- Each row knows its whole visit: a visit is counted at its first page of the day.
  visits as (
    select
      *,
      count() over whole as page_count,
      dateDiff('millisecond', min(occurred_at) over whole, max(occurred_at) over whole) as whole_ms,
      max(part = 'before') over whole as is_continuation,
      max(part = 'after') over whole as is_continued,
      minIf((occurred_at, signal_id, topic), is_in_day) over whole as first_page,
      maxIf(occurred_at, is_in_day) over whole as last_page_at,
      argMinIf(
        (identity_kind, identity),
        (strength, occurred_at, signal_id),
        is_in_day and strength > 0
      ) over whole as owner,
      is_page
        and not is_continuation
        and (occurred_at, signal_id, topic) = first_page
        and (page_count >= {minimum_pages: UInt32} or whole_ms >= {minimum_ms: Int64}) as begins_session
    from numbered
    window whole as (partition by visitor, is_page, visit)
  )
