-- Grain: one row: how many people a run has, in how many chunks, and a checksum over everything the score reads of them.
with
  people as (
    select
      chunk,
      cityHash64(
        formatRow(
          'RowBinary',
          person_id, identities, email, account_id, tier, created_at, title, seniority, lifecycle_stage, consent,
          do_not_sync, industry, employees, country, plan, email_domain, is_free_mail, account_domain
        )
      ) as row_hash
    from score_run_people
    where attempt_id = {attempt_id: UUID}
  ),

  final as (
    select
      count() as people,
      if(count() = 0, 0, max(chunk) + 1) as chunks,
      concat(hex(sum(row_hash)), '-', hex(groupBitXor(row_hash)), '-', toString(count())) as checksum
    from people
  )

select * from final
