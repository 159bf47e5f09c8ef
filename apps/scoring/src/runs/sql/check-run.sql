-- Grain: one row: rows of a run, those whose contributions do not sum to their score, and the run's checksum.
with
  hashed as (
    select
      score,
      arraySum(contribution -> contribution.points, contributions) as points,
      cityHash64(
        formatRow(
          'RowBinary',
          model, as_of_date, entity_kind, entity_id, account_id, email, score, previous_score, grade, stage,
          previous_stage, score_reasons, tier, created_at, do_not_sync, is_unsubscribed, fit_points,
          engagement_raw_micro, total_micro, is_engaged, engaged_low_runs, engaged_low_since, is_mql, mql_low_runs,
          mql_low_since, contributions
        )
      ) as row_hash
    from score_rows final
    where run_id = {run_id: String}
  ),

  final as (
    select
      count() as row_count,
      countIf(points != score) as broken_sums,
      concat(hex(sum(row_hash)), '-', hex(groupBitXor(row_hash)), '-', toString(count())) as checksum
    from hashed
  )

select * from final
