-- Grain: one person of the chunks [first_chunk, end_chunk), as every score model shows its rows. rfm has no score of its own: its
-- fields are in `values`.
select
  {run_id: String} as run_id,
  'rfm' as model,
  {as_of_date: Date} as as_of_date,
  'person' as entity_kind,
  entity_id,
  chunk,
  account_id,
  email,
  cast(null, 'Nullable(UInt8)') as score,
  if(
    r is null,
    emptyArrayString(),
    [
      concat('Last active ', toString(recency_days), if(recency_days = 1, ' day', ' days'), ' ago (R ', toString(assumeNotNull(r)), ').'),
      concat('Active on ', toString(active_days), if(active_days = 1, ' day', ' days'), ' (F ', toString(assumeNotNull(f)), ').'),
      if(
        amount is null,
        'No won or open amount (M 1).',
        concat('Won and open amount ', toString(assumeNotNull(amount)), ' (M ', toString(assumeNotNull(m)), ').')
      )
    ]
  ) as score_reasons,
  tier,
  if(created_at is null, null, toUnixTimestamp64Milli(assumeNotNull(created_at))) as created_at,
  do_not_sync,
  is_unsubscribed,
  concat(
    '{"f":', ifNull(toString(f), 'null'),
    ',"m":', ifNull(toString(m), 'null'),
    ',"r":', ifNull(toString(r), 'null'),
    ',"rfm":', if(r is null, 'null', concat('"', toString(assumeNotNull(r)), toString(assumeNotNull(f)), toString(assumeNotNull(m)), '"')),
    ',"segment":', if(segment is null, 'null', toJSONString(toString(assumeNotNull(segment)))),
    '}'
  ) as values,
  {contributions_until: Date} as contributions_until
from rfm_rows_of(run_id = {run_id: String})
where chunk >= {first_chunk: UInt32} and chunk < {end_chunk: UInt32}
