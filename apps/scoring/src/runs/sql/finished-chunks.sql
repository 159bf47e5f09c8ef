-- Grain: one chunk of a run that an earlier attempt wrote whole.
with
  wanted as (
    select chunk, count() as people from score_run_people where attempt_id = {attempt_id: UUID} group by chunk
  ),

  written as (
    select chunk, uniqExact(entity_id) as entities from score_rows where run_id = {run_id: String} group by chunk
  ),

  final as (
    select wanted.chunk as chunk
    from wanted
    inner join written on wanted.chunk = written.chunk and wanted.people = written.entities
  )

select chunk from final order by chunk
