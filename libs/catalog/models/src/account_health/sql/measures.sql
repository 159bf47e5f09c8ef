-- Grain: one account that is a customer or uses the product: what its week and the twelve weeks before it were. Numbers of a week are
-- `sqrt(uses + 3/8)` in nano-units: every machine takes the same whole numbers from there.
with
  accounts as (
    select * from accounts_as_of_of(run_id = {accounts: String})
  ),

  names as (
    select kind, name, account_id from account_names_of(run_id = {accounts: String})
  ),

  days as (
    select
      names.account_id as account_id,
      rows.day as day,
      rows.is_usage as is_usage,
      rows.count as uses,
      rows.people as people,
      rows.ticket_changes as ticket_changes,
      rows.failed_at as failed_at,
      rows.payments as payments,
      rows.paid_at as paid_at,
      rows.contacts as contacts
    from account_days_at(builds = {days: Array(Tuple(Date, UUID))}) as rows
    inner join names on rows.account_kind = names.kind and rows.account = names.name
    where rows.day < {week: Date} + 7
  ),

  -- Uses of the week (first) and of the twelve before it.
  weeks as (
    select account_id, groupArrayInsertAt(0, 13)(uses, weeks_ago) as usage
    from (
      select account_id, toUInt32(intDiv({week: Date} - toMonday(day), 7)) as weeks_ago, sum(uses) as uses
      from days
      where is_usage and day >= {week: Date} - 84
      group by account_id, weeks_ago
    )
    group by account_id
  ),

  told as (
    select
      account_id,
      countIf(is_usage) > 0 as has_used,
      minIf(day, is_usage) as first_used_on,
      uniqExactArrayIf(people, is_usage and day >= {week: Date}) as active,
      sum(payments) as paid,
      maxIf(paid_at, payments > 0) as last_paid_at,
      arraySort(groupArrayArray(arrayMap(at -> (at, day), failed_at))) as failed,
      arrayFilter(failure -> failure.1 > last_paid_at, failed) as unpaid,
      countIf(contacts > 0) > 0 as has_contact,
      maxIf(day, contacts > 0) as last_contact_on
    from days
    group by account_id
  ),

  -- Only a ticket with an id can be told to be closed.
  tickets as (
    select
      account_id,
      change.ticket as ticket,
      minIf(day, change.change = 'opened') as opened_on,
      startsWith(ticket, 't:')
        and argMaxIf(change.change, (change.occurred_at, change.change = 'closed'), change.change != 'updated') in ('opened', 'reopened')
        and has(
          {urgent_priorities: Array(String)},
          argMaxIf(change.priority, (change.occurred_at, change.priority), change.priority != '')
        ) as is_urgent_open
    from days
    array join ticket_changes as change
    group by account_id, ticket
  ),

  support as (
    select
      account_id,
      countIf(opened_on >= {week: Date}) as tickets,
      countIf(opened_on >= {week: Date} - 21) as tickets_of_4_weeks,
      countIf(opened_on >= {week: Date} - 77 and opened_on < {week: Date} - 21) as tickets_of_8_before,
      countIf(is_urgent_open) as urgent_open
    from tickets
    group by account_id
  ),

  measured as (
    select
      accounts.account_id as account_id,
      concat(
        if(accounts.plan = '', 'no plan', accounts.plan), ', ',
        multiIf(
          accounts.employees is null or size = 0, 'size not known',
          size = length({size_bands: Array(Int64)}), concat('from ', toString({size_bands: Array(Int64)}[size])),
          concat(toString({size_bands: Array(Int64)}[size]), ' to ', toString({size_bands: Array(Int64)}[size + 1] - 1))
        )
      ) as segment,
      arrayLastIndex(start -> start <= ifNull(accounts.employees, 0), {size_bands: Array(Int64)}) as size,
      if(empty(weeks.usage), arrayWithConstant(13, toUInt64(0)), weeks.usage) as usage,
      if(
        told.has_used,
        toUInt8(least(12, greatest(0, intDiv({week: Date} - toMonday(told.first_used_on), 7)))),
        0
      ) as weeks_known,
      arrayMap(uses -> toInt64(round(sqrt(uses + 0.375) * 1e9)), usage) as numbers,
      numbers[1] as now_nano,
      arraySort(arraySlice(numbers, 2, weeks_known)) as history,
      intDiv(history[intDiv(weeks_known + 1, 2)] + history[intDiv(weeks_known, 2) + 1], 2) as median_nano,
      arraySort(arrayMap(number -> abs(number - median_nano), history)) as distances,
      intDiv(distances[intDiv(weeks_known + 1, 2)] + distances[intDiv(weeks_known, 2) + 1], 2) as mad_nano,
      intDiv(14826 * toInt64(mad_nano), 10000) as spread_nano,
      -- Beyond chance the variance of uses is dispersion x mean squared; chance alone gives a spread of 0.5.
      if(
        weeks_known < 4 or spread_nano <= 500000000,
        0,
        toInt64(
          intDiv(
            (toInt128(4) * spread_nano * spread_nano - toInt128(1000000000) * 1000000000) * 1000000000,
            toInt128(median_nano) * median_nano
          )
        )
      ) as dispersion_nano,
      told.active as active,
      accounts.seats as licensed,
      support.tickets as tickets,
      support.tickets_of_4_weeks as tickets_of_4_weeks,
      support.tickets_of_8_before as tickets_of_8_before,
      support.urgent_open as urgent_open,
      multiIf(
        notEmpty(told.unpaid), 'unpaid',
        notEmpty(told.failed), 'failed and paid',
        told.paid > 0, 'paid',
        'not known'
      ) as payment,
      if(
        empty(told.failed),
        null,
        toUInt32({week: Date} + 7 - if(notEmpty(told.unpaid), told.unpaid[1].2, told.failed[-1].2))
      ) as failed_days,
      if(told.has_contact, toUInt32({week: Date} + 7 - told.last_contact_on), null) as contact_days
    from accounts
    left join told on accounts.account_id = told.account_id
    left join weeks on accounts.account_id = weeks.account_id
    left join support on accounts.account_id = support.account_id
    where told.has_used or accounts.plan != '' or accounts.seats > 0 or accounts.arr > 0
  )

select
  {attempt_id: UUID} as attempt_id,
  account_id,
  segment,
  usage,
  weeks_known,
  now_nano,
  median_nano,
  spread_nano,
  dispersion_nano,
  active,
  licensed,
  tickets,
  tickets_of_4_weeks,
  tickets_of_8_before,
  urgent_open,
  payment,
  failed_days,
  contact_days
from measured
settings join_use_nulls = 0
