-- Grain: table or view of the database.
select
  name,
  comment,
  engine = 'View' as is_view,
  engine like '%ReplacingMergeTree' or engine like '%AggregatingMergeTree' as has_doubles,
  parameterized_view_parameters as parameters,
  sorting_key,
  partition_key,
  extract(engine_full, ' TTL (.*?)(?: SETTINGS |$)') as ttl,
  -- A view reads tables that are named with their database; a materialized one has the columns of its target.
  if(
    target_table != '',
    [target_table],
    arraySort(arrayDistinct(extractAll(as_select, concat('\\b', currentDatabase(), '\\.(\\w+)'))))
  ) as sources,
  -- system.columns has none of a view with parameters; the list of its create statement is kept.
  extractAllGroups(
    splitByRegexp(' AS (SELECT|WITH) ', create_table_query)[1],
    '`(\\w+)` [^`]*? COMMENT ''((?:[^''\\\\]|\\\\.)*)'''
  ) as declared
from system.tables
where database = currentDatabase()
order by name
