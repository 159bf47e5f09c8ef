-- Grain: one person of a run: of every night `changed` of them have another score, each night others.
insert into score_rows (run_id, model, as_of_date, entity_kind, entity_id, chunk, email, score, grade, stage, score_reasons, tier, values)
with
  ['Viewed pricing / plans twice on Monday', 'Director of Sales fits well', 'Company has 300 employees'] as reasons,
  intDiv({people: UInt64}, {changed: UInt64}) as nights
select
  {run_id: String},
  'lead_score',
  {as_of_date: Date},
  'person',
  concat('p', toString(number)),
  intDiv(number, 10000),
  concat('p', toString(number), '@example.com'),
  toUInt8(30 + 10 * (number % nights < {night: UInt64}) + number % 7),
  'B',
  'engaged',
  reasons,
  ['enterprise', 'mid', 'smb', 'none'][number % 4 + 1],
  '{"grade":"B","stage":"engaged"}'
from numbers({people: UInt64})
