-- Grain: model x component x signal class x day. Why a person or an account has its scores: points of a model add up to its score.
-- Parameter: entity (String), a person_id or an account_id.
with
  newest as (
    select run_id, score
    from scores
    where entity_id = {entity: String}
  ),

  final as (
    select
      parts.model as model,
      newest.score as score,
      parts.component as component,
      parts.signal_class as signal_class,
      parts.day as day,
      parts.points as points,
      parts.count as signals,
      parts.signal_ids as signal_ids
    from score_contributions as parts
    inner join newest on newest.run_id = parts.run_id
    where parts.run_id in (select run_id from newest) and parts.entity_id = {entity: String}
    order by model, points desc, component, signal_class, day
  )

select * from final
