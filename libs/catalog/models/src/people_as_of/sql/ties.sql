-- Grain: one edge of a run from a person to an e-mail, an account or a domain.
with
  edges as (
    select from_kind, from_id, to_kind, to_id, last
    from people_as_of_edges_at(
      attempt_id = {attempt_id: UUID},
      edges = {edges: Array(Tuple(Date, UUID))},
      as_of_date = {as_of_date: Date}
    )
    where from_kind != 'anonymous'
  ),

  resolved as (
    select identity_kind, identity, person_id
    from people_as_of_identities
    where attempt_id = {attempt_id: UUID} and identity_kind != 'anonymous'
  ),

  account_names as (
    select name, account_id from account_names_of(run_id = {accounts: String}) where kind = 'account'
  )

select
  {attempt_id: UUID} as attempt_id,
  resolved.person_id as person_id,
  edges.to_kind as to_kind,
  edges.to_id as to_id,
  account_names.account_id as known_account,
  edges.last as last
from edges
inner join resolved on edges.from_kind = resolved.identity_kind and edges.from_id = resolved.identity
left join account_names on edges.to_kind = 'account' and edges.to_id = account_names.name
where edges.to_kind in ('email', 'account', 'domain')
settings join_use_nulls = 0
