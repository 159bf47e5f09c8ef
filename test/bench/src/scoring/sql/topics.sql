-- Grain: an account in ten reads about five topics.
insert into intent_topics_rows (day, zone, build_id, step, company, topic, provider, observed_on, score_micro, signal_ids)
select
  {as_of_date: Date} - 1 - number % 40, {zone: String}, {build_id: UUID}, 1, concat('c', toString(intDiv(number, 5) * 10), '.example'),
  concat('topic ', toString(number % 5)), 'one', {as_of_date: Date} - 1 - number % 40, 60000000 + 1000000 * (number % 41),
  [concat('i', toString(number))]
from numbers(intDiv({people: UInt64}, 40))
