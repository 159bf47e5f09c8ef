-- Grain: one person of the chunks [first_chunk, end_chunk) of a run, contributions nested. All points are whole
-- micro-points until the largest-remainder step makes them whole points that sum to the score.
with
  persons as (
    select *
    from people_as_of_of(run_id = {people: String})
    where chunk >= {first_chunk: UInt32} and chunk < {end_chunk: UInt32} and not do_not_score
  ),

  people as (
    select
      persons.*,
      ifNull(accounts.industry_micro, 0) as industry_points,
      ifNull(accounts.employees_micro, 0) as employees_points,
      ifNull(accounts.country_micro, 0) as country_points,
      ifNull(accounts.known_facts, 0) as account_facts,
      ifNull(accounts.domain, '') as account_domain,
      ifNull(accounts.lost_at, toDateTime64(0, 3, 'UTC')) as account_lost_at,
      ifNull(accounts.opportunity_at, toDateTime64(0, 3, 'UTC')) as account_opportunity_at,
      (ifNull(accounts.lost_on, toDate(0)), ifNull(accounts.lost_age, 0), accounts.lost_signal_ids) as account_lost,
      ifNull(accounts.lost_decay_millionths, 0) as account_lost_decay
    from persons
    left join lead_score_accounts_of(run_id = {run_id: String}) as accounts on persons.account_id = accounts.account_id
  ),

  weights as (
    select signal_class, age, weight_micro, daily_cap, decay_millionths
    from lead_score_weights
    where attempt_id = {attempt_id: UUID}
  ),

  -- What the same signals were worth one span of momentum before. Their age today has a name of its own: `where` would read an alias
  -- `age` instead of the column, and find nothing.
  weights_before as (
    select signal_class, toUInt32(age + {momentum_days: UInt32}) as age_now, decay_millionths
    from weights
    where age <= {momentum_days: UInt32} and weight_micro > 0
  ),

  -- What several identities of a person did on a day counts together.
  days as (
    select
      person_id,
      day,
      signal_class,
      sum(lead_score_days.count) as count,
      max(lead_score_days.last_occurred_at) as last_occurred_at,
      toUInt32({as_of_date: Date} - day) as age,
      arraySlice(arraySort(groupArrayArray(lead_score_days.signal_ids)), 1, 5) as signal_ids
    from lead_score_days
    where attempt_id = {attempt_id: UUID} and chunk >= {first_chunk: UInt32} and chunk < {end_chunk: UInt32}
    group by person_id, day, signal_class
  ),

  weighted as (
    select
      days.person_id as person_id,
      days.signal_class as signal_class,
      days.day as day,
      days.count as count,
      days.last_occurred_at as last_occurred_at,
      days.age as age,
      days.signal_ids as signal_ids,
      ifNull(weights.weight_micro, 0) as weight_micro,
      ifNull(weights.decay_millionths, 0) as decay_millionths,
      intDiv(weight_micro * toInt64(least(days.count, ifNull(weights.daily_cap, 0))) * decay_millionths, 1000000) as raw,
      intDiv(
        weight_micro * toInt64(least(days.count, ifNull(weights.daily_cap, 0))) * ifNull(weights_before.decay_millionths, 0),
        1000000
      ) as raw_before
    from days
    left join weights on days.signal_class = weights.signal_class and days.age = weights.age
    left join weights_before on days.signal_class = weights_before.signal_class and days.age = weights_before.age_now
  ),

  active as (
    select
      person_id,
      toInt128(sum(raw)) as raw_total,
      toInt64(sumIf(raw, age <= {active_days: UInt32})) as active_raw_micro,
      toInt64(sumIf(raw, age <= {momentum_days: UInt32})) as recent_raw_micro,
      toInt64(sum(raw_before)) as before_raw_micro,
      max(age <= {momentum_days: UInt32} and has({buying_classes: Array(String)}, signal_class)) as has_buying_signal,
      toInt64(
        intDiv(toInt128({engagement_maximum: Int64}) * raw_total, raw_total + {half_saturation: Int64})
      ) as engagement_micro,
      groupArrayIf((signal_class, day, raw, count, weight_micro, age, signal_ids), raw > 0) as parts,
      -- What takes points away is rare: whole rows of it are kept, and the last of each is looked up among them.
      groupArrayIf(
        (signal_class, last_occurred_at, day, age, signal_ids, decay_millionths),
        signal_class in ('unsubscribe', 'hard_bounce', 'closed_lost')
      ) as losses,
      maxIf(last_occurred_at, signal_class = 'unsubscribe') as unsubscribed_at,
      maxIf(last_occurred_at, signal_class = 'resubscribe') as resubscribed_at,
      arrayFirst(row -> row.1 = 'unsubscribe' and row.2 = unsubscribed_at, losses) as last_unsubscribe,
      (last_unsubscribe.3, last_unsubscribe.4, last_unsubscribe.5) as unsubscribe,
      maxIf(last_occurred_at, signal_class = 'hard_bounce') as bounced_at,
      maxIf(last_occurred_at, signal_class = 'email_delivered') as delivered_at,
      arrayFirst(row -> row.1 = 'hard_bounce' and row.2 = bounced_at, losses) as last_bounce,
      (last_bounce.3, last_bounce.4, last_bounce.5) as bounce,
      maxIf(last_occurred_at, signal_class = 'closed_lost') as lost_at,
      maxIf(last_occurred_at, signal_class = 'opportunity') as opportunity_at,
      arrayFirst(row -> row.1 = 'closed_lost' and row.2 = lost_at, losses) as last_lost,
      (last_lost.3, last_lost.4, last_lost.5) as lost,
      last_lost.6 as lost_decay,
      maxIf(day, signal_class = 'demo_request') as demo_requested_on
    from weighted
    group by person_id
  ),

  -- A person's row before is that of any name that they had; of several the one known longest, and the highest stages.
  names as (
    select person_id, arrayJoin(arrayDistinct(arrayPushBack(arrayMap(one -> one.2, identities), person_id))) as name
    from people
  ),

  previous as (
    select
      names.person_id as person_id,
      1 as is_known,
      min(states.known_since) as known_since,
      argMin(states.score, (states.known_since, states.entity_id != names.person_id, states.entity_id)) as previous_score,
      argMax(states.stage, indexOf(['none', 'engaged', 'mql', 'pql'], states.stage)) as previous_stage,
      max(states.is_engaged) as was_engaged,
      argMin(states.engaged_low_runs, (not states.is_engaged, states.known_since, states.entity_id)) as engaged_low_runs,
      argMin(states.engaged_low_since, (not states.is_engaged, states.known_since, states.entity_id)) as engaged_low_since,
      max(states.is_mql) as was_mql,
      argMin(states.mql_low_runs, (not states.is_mql, states.known_since, states.entity_id)) as mql_low_runs,
      argMin(states.mql_low_since, (not states.is_mql, states.known_since, states.entity_id)) as mql_low_since
    from lead_score_states_of(run_id = {previous: String}) as states
    inner join names on states.entity_id = names.name
    group by person_id
  ),

  -- Without a run, or without a rank in it, nothing.
  ranks as (
    select entity_id, toInt64(intDiv({rfm_maximum: Int64} * (toInt64(assumeNotNull(r)) + f + m - 3), 12)) as rfm_micro
    from rfm_of(run_id = {rfm: String})
    where r is not null
  ),

  intents as (
    select account_id, least(points_micro, {intent_maximum: Int64}) as intent_micro, topics
    from intent_of(run_id = {intent: String})
  ),

  joined as (
    select
      people.person_id as person_id,
      people.chunk as chunk,
      people.email as email,
      people.email_domain as email_domain,
      (
        people.is_free_mail
        or has({free_mail_domains: Array(String)}, people.email_domain)
        or has({free_mail_domains: Array(String)}, people.mail_domain)
      )
        and not has({free_mail_except: Array(String)}, people.email_domain)
        and not has({free_mail_except: Array(String)}, people.mail_domain) as is_free_mail,
      people.account_id as account_id,
      people.tier as tier,
      people.created_at as created_at,
      people.seniority as seniority,
      people.lifecycle_stage as lifecycle_stage,
      people.do_not_sync as do_not_sync,
      people.industry_points as industry_points,
      people.employees_points as employees_points,
      people.country_points as country_points,
      people.account_facts as account_facts,
      ifNull(active.active_raw_micro, 0) as active_raw_micro,
      ifNull(active.recent_raw_micro, 0) as recent_raw_micro,
      ifNull(active.before_raw_micro, 0) as before_raw_micro,
      ifNull(active.has_buying_signal, false) as has_buying_signal,
      ifNull(active.raw_total, toInt128(0)) as raw_total,
      ifNull(active.engagement_micro, 0) as engagement_micro,
      ifNull(ranks.rfm_micro, 0) as rfm_micro,
      ifNull(intents.intent_micro, 0) as intent_micro,
      arraySlice(arraySort(arrayFlatten(intents.topics.signal_ids)), 1, 5) as intent_signals,
      active.parts as parts,
      active.unsubscribe as unsubscribe,
      active.bounce as bounce,
      ifNull(active.lost_at, toDateTime64(0, 3, 'UTC')) as own_lost_at,
      -- An opportunity is the account's, whoever of it is named.
      people.account_lost_at > own_lost_at as is_lost_by_account,
      if(is_lost_by_account, people.account_lost, active.lost) as lost,
      ifNull(active.unsubscribed_at > active.resubscribed_at, false) as is_unsubscribed_by_signal,
      is_unsubscribed_by_signal or people.consent = 'unsubscribed' as is_unsubscribed,
      ifNull(active.bounced_at > active.delivered_at, false) as is_bounced,
      toInt64(
        if(
          greatest(own_lost_at, people.account_lost_at)
            > greatest(ifNull(active.opportunity_at, toDateTime64(0, 3, 'UTC')), people.account_opportunity_at),
          if(is_lost_by_account, people.account_lost_decay, ifNull(active.lost_decay, 0)),
          0
        )
      ) as lost_millionths,
      ifNull(active.demo_requested_on >= {as_of_date: Date} - {demo_request_days: UInt32}, false) as has_demo_request,
      has({competitor_domains: Array(String)}, people.account_domain)
        or has({competitor_domains: Array(String)}, people.email_domain) as is_competitor,
      people.account_id in (
        select account_id from lead_score_trials where attempt_id = {attempt_id: UUID}
      ) as is_in_active_trial,
      ifNull(previous.is_known, 0) as is_known,
      ifNull(previous.known_since, {as_of_date: Date}) as known_since,
      previous.previous_score as previous_score,
      previous.previous_stage as previous_stage,
      ifNull(previous.was_engaged, false) as was_engaged,
      ifNull(previous.engaged_low_runs, 0) as engaged_low_runs,
      previous.engaged_low_since as engaged_low_since,
      ifNull(previous.was_mql, false) as was_mql,
      ifNull(previous.mql_low_runs, 0) as mql_low_runs,
      previous.mql_low_since as mql_low_since
    from people
    left join active on people.person_id = active.person_id
    left join previous on people.person_id = previous.person_id
    left join ranks on people.person_id = ranks.entity_id
    left join intents on people.account_id = intents.account_id
  ),

  -- (component, class, day, micro-points, count, weight, age, signal ids)
  with_parts as (
    select
      *,
      indexOf({seniorities: Array(String)}, lower(ifNull(seniority, ''))) as seniority_index,
      if(seniority_index = 0, 0, {seniority_points: Array(Int64)}[seniority_index]) as seniority_points,
      if(is_free_mail, {free_mail_points: Int64}, 0) as free_mail_points,
      industry_points + employees_points + country_points + seniority_points + free_mail_points as fit_sum,
      greatest(0, least({fit_maximum: Int64}, fit_sum)) as fit_micro,
      account_facts + (ifNull(seniority, '') != '') as known_fact_count,
      cast(null, 'Nullable(Date)') as no_day,
      cast(null, 'Nullable(UInt32)') as no_age,
      arrayMap(
        part -> (
          'engagement',
          toString(part.1),
          toNullable(part.2),
          toInt64(intDiv(toInt128(engagement_micro) * part.3, raw_total)),
          toUInt32(part.4),
          part.5 / 1000000,
          toNullable(part.6),
          part.7
        ),
        parts
      ) as engagement_parts,
      arrayMap(
        fact -> ('fit', fact.1, no_day, toInt64(fact.2), toUInt32(1), fact.2 / 1000000, no_age, emptyArrayString()),
        arrayFilter(
          fact -> fact.2 != 0,
          [
            ('industry', industry_points),
            ('employees', employees_points),
            ('country', country_points),
            ('seniority', seniority_points),
            ('free_mail', free_mail_points),
            ('limit', fit_micro - fit_sum)
          ]
        )
      ) as fit_parts,
      arrayFilter(
        part -> part.4 != 0,
        [
          (
            'negative',
            'unsubscribed',
            if(is_unsubscribed_by_signal, toNullable(unsubscribe.1), no_day),
            if(is_unsubscribed, {unsubscribed_points: Int64}, 0),
            toUInt32(1),
            {unsubscribed_points: Int64} / 1000000,
            if(is_unsubscribed_by_signal, toNullable(unsubscribe.2), no_age),
            if(is_unsubscribed_by_signal, unsubscribe.3, emptyArrayString())
          ),
          (
            'negative',
            'hard_bounce',
            toNullable(bounce.1),
            if(is_bounced, {hard_bounce_points: Int64}, 0),
            toUInt32(1),
            {hard_bounce_points: Int64} / 1000000,
            toNullable(bounce.2),
            bounce.3
          ),
          (
            'negative',
            'competitor',
            no_day,
            if(is_competitor, {competitor_points: Int64}, 0),
            toUInt32(1),
            {competitor_points: Int64} / 1000000,
            no_age,
            emptyArrayString()
          ),
          (
            'negative',
            'closed_lost',
            toNullable(lost.1),
            intDiv({closed_lost_points: Int64} * lost_millionths, 1000000),
            toUInt32(1),
            {closed_lost_points: Int64} / 1000000,
            toNullable(lost.2),
            lost.3
          )
        ]
      ) as negative_parts,
      arrayFilter(
        part -> part.4 != 0,
        [('rfm', 'rfm', no_day, rfm_micro, toUInt32(1), {rfm_maximum: Int64} / 1000000, no_age, emptyArrayString())]
      ) as rfm_parts,
      arrayFilter(
        part -> part.4 != 0,
        [('intent', 'intent', no_day, intent_micro, toUInt32(1), {intent_maximum: Int64} / 1000000, no_age, intent_signals)]
      ) as intent_parts,
      arrayConcat(engagement_parts, rfm_parts, intent_parts, fit_parts, negative_parts) as all_parts,
      engagement_micro + rfm_micro + intent_micro + fit_micro + arraySum(part -> part.4, negative_parts) as total_micro
    from joined
  ),

  rounded as (
    select
      *,
      intDiv(total_micro + 500000 - positiveModulo(total_micro + 500000, 1000000), 1000000) as rounded_total,
      toUInt8(greatest(0, least(100, rounded_total))) as score,
{{whole_points}},
      arrayFilter(
        contribution -> contribution.4 != 0,
        arrayPushBack(
          arrayMap(
            (part, given) -> (part.1, part.2, part.3, given, part.5, part.6, part.7, part.8),
            ranked_parts,
            whole_points
          ),
          ('limit', 'limit', no_day, toInt32(score - rounded_total), toUInt32(1), toFloat64(0), no_age, emptyArrayString())
        )
      ) as unordered,
      arraySort(contribution -> (contribution.1, contribution.2, ifNull(contribution.3, toDate(0))), unordered) as contributions
    from with_parts
  ),

  -- Contributions are sorted by component, class and day: those of one key end where the next key is another, with its last day. What
  -- a function of arrays needs is handed to it element by element: a whole array that it looks into is copied for each element.
  explained as (
    select
      *,
      arrayFilter(row -> row.1 != 'limit', contributions) as explainable,
      arrayMap(row -> concat(row.1, '.', row.2), explainable) as keys,
      arrayMap((key, next_key) -> key != next_key, keys, arrayShiftLeft(keys, 1)) as is_last,
      arrayFilter((sum, is_end) -> is_end, arrayCumSum(row -> row.4, explainable), is_last) as points_until,
      arrayFilter((sum, is_end) -> is_end, arrayCumSum(row -> row.5, explainable), is_last) as counts_until,
      arrayMap(
        (key, points, points_before, signals, signals_before, day) -> (key, points - points_before, signals - signals_before, day),
        arrayFilter((key, is_end) -> is_end, keys, is_last),
        points_until,
        arrayShiftRight(points_until, 1),
        counts_until,
        arrayShiftRight(counts_until, 1),
        arrayFilter((day, is_end) -> is_end, arrayMap(row -> ifNull(row.3, toDate(0)), explainable), is_last)
      ) as totals,
      arraySlice(arraySort(total -> (-abs(total.2), total.1), totals), 1, 3) as top,
      arrayMap(
        total -> concat(
          transform(total.1, {label_keys: Array(String)}, {labels: Array(String)}, total.1),
          if(total.3 > 1, concat(' ', toString(total.3), ' times'), ''),
          if(total.4 = toDate(0), '', concat(', ', if(total.3 > 1, 'last ', ''), 'on ', toString(total.4))),
          ' (',
          if(total.2 > 0, '+', ''),
          toString(total.2),
          if(abs(total.2) = 1, ' point).', ' points).')
        ),
        top
      ) as score_reasons
    from rounded
  ),

  -- Each stage is a latch: on at `enter`, off after enough scheduled runs and days at or below `leave`.
  latched as (
    select
      *,
      has({frozen_lifecycles: Array(String)}, lifecycle_stage) and is_known = 1 as is_frozen,
      score <= {engaged_leave: Int32} as is_engaged_low,
      if({is_scheduled: Bool}, if(is_engaged_low, engaged_low_runs + 1, 0), engaged_low_runs) as next_engaged_runs,
      if({is_scheduled: Bool}, if(is_engaged_low, ifNull(engaged_low_since, {as_of_date: Date}), no_day), engaged_low_since) as next_engaged_since,
      {is_scheduled: Bool}
        and next_engaged_runs >= {leave_after_runs: UInt32}
        and ifNull({as_of_date: Date} - next_engaged_since >= {leave_after_days: Int32}, false) as leaves_engaged,
      if(is_frozen, was_engaged, score >= {engaged_enter: Int32} or (was_engaged and not leaves_engaged)) as is_engaged,
      score <= {mql_leave: Int32} as is_mql_low,
      if({is_scheduled: Bool}, if(is_mql_low, mql_low_runs + 1, 0), mql_low_runs) as next_mql_runs,
      if({is_scheduled: Bool}, if(is_mql_low, ifNull(mql_low_since, {as_of_date: Date}), no_day), mql_low_since) as next_mql_since,
      {is_scheduled: Bool}
        and next_mql_runs >= {leave_after_runs: UInt32}
        and ifNull({as_of_date: Date} - next_mql_since >= {leave_after_days: Int32}, false) as leaves_mql,
      if(is_frozen, was_mql, score >= {mql_enter: Int32} or (was_mql and not leaves_mql)) as is_mql,
      has_demo_request
        and not is_competitor
        and not has({disqualified_lifecycles: Array(String)}, lifecycle_stage) as is_mql_by_demo
    from explained
  ),

  final as (
    select
      *,
      multiIf(
        is_frozen, assumeNotNull(previous_stage),
        is_in_active_trial, 'pql',
        is_mql or is_mql_by_demo, 'mql',
        is_engaged, 'engaged',
        'none'
      ) as stage,
      toInt32(intDiv(fit_micro, 1000000)) as fit_points,
      multiIf(
        known_fact_count < {known_facts: UInt32}, '?',
        fit_points >= {grade_a: Int32}, 'A',
        fit_points >= {grade_b: Int32}, 'B',
        fit_points >= {grade_c: Int32}, 'C',
        'D'
      ) as grade
    from latched
  )

select
  {run_id: String} as run_id,
  {attempt_id: UUID} as attempt_id,
  {as_of_date: Date} as as_of_date,
  person_id as entity_id,
  chunk,
  account_id,
  email,
  score,
  previous_score,
  grade,
  stage,
  previous_stage,
  score_reasons,
  tier,
  if(created_at is null, null, toUnixTimestamp64Milli(assumeNotNull(created_at))) as created_at,
  do_not_sync,
  is_unsubscribed,
  fit_points,
  engagement_micro,
  fit_micro,
  active_raw_micro,
  recent_raw_micro,
  before_raw_micro,
  has_buying_signal,
  raw_total as engagement_raw_micro,
  total_micro,
  known_since,
  is_engaged,
  if(is_frozen, engaged_low_runs, if(is_engaged, next_engaged_runs, 0)) as engaged_low_runs,
  if(is_frozen, engaged_low_since, if(is_engaged, next_engaged_since, no_day)) as engaged_low_since,
  is_mql,
  if(is_frozen, mql_low_runs, if(is_mql, next_mql_runs, 0)) as mql_low_runs,
  if(is_frozen, mql_low_since, if(is_mql, next_mql_since, no_day)) as mql_low_since,
  contributions
from final
settings join_use_nulls = 1
