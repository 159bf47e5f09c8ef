-- Grain: one account of the newest run.
create or replace view {{database}}.account_health_this_week {{on_cluster}}
(
  week Date comment 'Monday of the week scored',
  account_id String comment 'Account',
  account String comment 'Display name; empty when unknown',
  health Nullable(UInt8) comment '0 to 100; null: nothing is known',
  change Nullable(Int16) comment 'Points since the run before; null: it had none',
  band LowCardinality(String) comment 'green, yellow or red; none: too little is known, or onboarding',
  previous_band LowCardinality(Nullable(String)) comment 'Band in the run before',
  is_at_risk Bool comment 'At least one of risks',
  risks Array(LowCardinality(String)) comment 'usage: far below what is usual; red: the band; payment: failed and not paid for too long',
  reasons Array(String) comment 'At most three plain sentences, what is a risk first, then what costs most',
  coverage UInt8 comment 'Percent of the weights of which the part is known',
  is_onboarding Bool comment 'Less than 4 weeks are known: no band, no risk',
  renewal_on Nullable(Date) comment 'Local date of the renewal',
  arr Nullable(Float64) comment 'Annual recurring revenue, base currency',
  owner LowCardinality(String) comment 'Sales owner; empty when unknown',
  csm LowCardinality(String) comment 'Customer-success manager; empty when unknown',
  silenced_until Nullable(Date) comment 'Local date up to which somebody asked not to hear of the account (millrace ack)'
)
as
with
  runs as (
    select run_id from {{database}}.current_runs where model = 'account_health'
  ),

  health as (
    select * from {{database}}.account_health_rows final where run_id in (select run_id from runs)
  ),

  told as (
    select entity_id, score_reasons from {{database}}.scores where model = 'account_health'
  ),

  final as (
    select
      health.week as week,
      health.account_id as account_id,
      accounts.name as account,
      health.score as health,
      toInt16(health.score) - toInt16(health.previous_score) as change,
      health.band as band,
      health.previous_band as previous_band,
      health.is_at_risk as is_at_risk,
      health.risks as risks,
      told.score_reasons as reasons,
      health.coverage as coverage,
      health.is_onboarding as is_onboarding,
      toDateOrNull(accounts.renewal_on) as renewal_on,
      accounts.arr as arr,
      accounts.owner as owner,
      accounts.csm as csm,
      if(acks.entity_id = '', null, acks.until) as silenced_until
    from health
    left join told on health.account_id = told.entity_id
    left join {{database}}.audience_accounts as accounts on health.account_id = accounts.account_id
    left join (select * from {{database}}.acks where entity_kind = 'account') as acks on health.account_id = acks.entity_id
    settings join_use_nulls = 0
  )

select * from final
comment 'How each account does by the newest run of account_health, and why';
