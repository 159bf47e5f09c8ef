-- Grain: run x company x topic.
create table if not exists {{database}}.intent_topic_rows {{on_cluster}}
(
  run_id String comment 'The run',
  as_of_date Date comment 'Local date D of the run',
  written_on Date default today() comment 'Rows are kept for 35 days after it',
  account_id String comment 'Account of the company as of the run; empty: no account has its id or domain',
  company String comment 'The company as the signal names it; of an account the one with the strongest observation',
  topic LowCardinality(String) comment 'Topic, lower case',
  provider LowCardinality(String) comment 'Whose observation counts: of several the one worth most',
  observed_on Date comment 'Date of the observation',
  age_days UInt16 comment 'Days from it to D',
  score_micro Int64 comment 'Its score, 0 to 100, in millionths',
  weight UInt8 comment 'What the topic counts',
  term_micro Int64 comment 'weight x (score - 50) / 50 x decay, in millionths; 0 below the score of a surge',
  signal_ids Array(String) comment 'Up to five of the signals'
)
engine = {{engine ReplacingMergeTree}}
partition by toYYYYMM(as_of_date)
order by (run_id, account_id, company, topic)
ttl written_on + interval 35 day
comment 'Topics of every run; read intent_topics_of instead';

-- Grain: one topic of a company of the run named.
create or replace view {{database}}.intent_topics_of {{on_cluster}}
as
select account_id, company, topic, provider, observed_on, age_days, score_micro, weight, term_micro, signal_ids
from {{rows_of intent_topic_rows}}
comment 'Topics that companies read about, as of a run of intent: intent_topics_of(run_id = ...)';

-- Grain: run x account.
create table if not exists {{database}}.intent_rows {{on_cluster}}
(
  run_id String comment 'The run',
  as_of_date Date comment 'Local date D of the run',
  written_on Date default today() comment 'Rows are kept for 400 days after it',
  account_id String comment 'Account',
  points_micro Int64 comment 'Points in millionths, before rounding',
  score UInt8 comment 'Points, rounded half up',
  topics Array(Tuple(
    topic LowCardinality(String),
    provider LowCardinality(String),
    observed_on Date,
    age_days UInt16,
    score_micro Int64,
    weight UInt8,
    part_micro Int64,
    signal_ids Array(String)
  )) comment 'Topics that count, strongest first; the parts are of points_micro'
)
engine = {{engine ReplacingMergeTree}}
partition by toYYYYMM(as_of_date)
order by (run_id, account_id)
ttl written_on + interval 400 day
comment 'Intent of every run; read intent_of instead';

-- Grain: one account of the run named.
create or replace view {{database}}.intent_of {{on_cluster}}
as
select account_id, points_micro, score, topics
from {{rows_of intent_rows}}
comment 'Intent points as other models read them: intent_of(run_id = ...)';

-- Grain: one company of the newest run whose intent data found no account.
create or replace view {{database}}.intent_unmatched {{on_cluster}}
(
  as_of_date Date comment 'Local date D of the run',
  company String comment 'The company as the data names it: a domain, or an account id',
  reason LowCardinality(String) comment 'Why: no account has this domain, or no account has this id',
  topics Array(String) comment 'Topics that it reads about',
  best_score Float64 comment 'Its highest score, 0 to 100'
)
as
select
  max(as_of_date) as as_of_date,
  company,
  if(position(company, '.') > 0, 'no account has this domain', 'no account has this id') as reason,
  arraySort(groupUniqArray(toString(topic))) as topics,
  max(score_micro) / 1000000 as best_score
from {{database}}.intent_topic_rows final
where run_id = (select run_id from {{database}}.current_runs where model = 'intent') and account_id = ''
group by company
comment 'Companies of intent data that are not accounts, as of the newest run of intent';
