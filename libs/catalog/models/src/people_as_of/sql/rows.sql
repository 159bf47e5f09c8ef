-- Grain: one identified person of a run, in a chunk: chunks go by tier, then created date. What no system says of seniority and
-- department is read of the title.
with
  persons as (
    select
      -- A frame of one row: without it the window keeps everybody in memory.
      intDiv(
        row_number() over (
          order by tier_rank, created_or_never, person_id rows between current row and current row
        ) - 1,
        {chunk_size: UInt32}
      ) as chunk,
      * except (attempt_id, tier_rank, created_or_never)
    from people_as_of_persons
    where attempt_id = {attempt_id: UUID}
  ),

  titles as (
    select text, seniority, department from people_as_of_titles where attempt_id = {attempt_id: UUID}
  ),

  read as (
    select
      persons.* except (seniority, department),
      if(persons.seniority != '', persons.seniority, of_title.seniority) as seniority,
      multiIf(persons.seniority != '', 'stated', of_title.seniority != '', 'title', '') as seniority_from,
      if(persons.department != '', persons.department, of_title.department) as department,
      multiIf(persons.department != '', 'stated', of_title.department != '', 'title', '') as department_from,
      if(of_department.department != '', of_department.department, of_title.department) as job_function
    from persons
    left join titles as of_title on persons.title = of_title.text
    left join titles as of_department on persons.department = of_department.text
  ),

  final as (
    select
      read.*,
      arraySort(arrayDistinct(arrayFilter(
        (role, departments, seniorities) ->
          (empty(departments) or has(departments, job_function)) and (empty(seniorities) or has(seniorities, seniority)),
        {role_names: Array(String)}, {role_departments: Array(Array(String))}, {role_seniorities: Array(Array(String))}
      ))) as buying_roles
    from read
  )

select {run_id: String} as run_id, {as_of_date: Date} as as_of_date, final.* from final
settings optimize_read_in_window_order = 1, join_use_nulls = 0
