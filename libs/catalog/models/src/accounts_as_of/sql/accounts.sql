-- Grain: one account that a system knows, with its facts as of the run. An account goes by its own id; one that states none is the
-- account of its domain: the oldest with an owner, else the oldest, else the lower id; else it goes by <instance>/<id>.
with
  versions as (
    select
      if(instance = 'direct', external_id, concat(instance, '/', external_id)) as identity,
      if(merged_into is null, '', if(instance = 'direct', merged_into, concat(instance, '/', merged_into))) as became,
      ifNull(own_id, '') as own,
      ifNull(domain, '') as said_domain,
      -- The instance that comes first in `precedence`, then the newest version.
      (
        if(has({precedence: Array(String)}, instance), indexOf({precedence: Array(String)}, instance), 1000),
        -toUnixTimestamp64Milli(updated_at),
        instance,
        external_id
      ) as rank,
      *
    from account_facts_at(offsets = {accounts: Array(Tuple(Int32, Int64))})
    where not is_deleted
  ),

  live as (
    select * from versions where became = ''
  ),

  unnamed_owners as (
    select
      assumeNotNull(said_domain) as of_domain,
      argMin(
        if(own != '', own, identity),
        (own = '', ifNull(owner, '') = '', ifNull(created_at, toDateTime64('2299-01-01 00:00:00', 3, 'UTC')), rank)
      ) as account_id
    from live
    where said_domain != ''
    group by of_domain
  ),

  named as (
    select
      multiIf(live.own != '', live.own, ifNull(unnamed_owners.account_id, '') != '', unnamed_owners.account_id, live.identity) as account_id,
      live.*
    from live
    left join unnamed_owners on live.said_domain = unnamed_owners.of_domain
  ),

  -- What became another account is an identity of that one.
  merged as (
    select versions.identity as identity, named.account_id as account_id
    from versions
    inner join named on versions.became = named.identity
    where versions.became != ''
  ),

  merged_identities as (
    select account_id, groupArray(identity) as identities from merged group by account_id
  ),

  facts as (
    select
      account_id,
      groupUniqArray(identity) as identities,
      argMin(name, rank) as name,
      argMin(domain, rank) as domain,
      argMin(industry, rank) as industry,
      argMin(employees, rank) as employees,
      argMin(revenue, rank) as revenue,
      argMin(country, rank) as country,
      argMin(tier, rank) as tier,
      max(is_target) as is_target,
      argMin(owner, rank) as owner,
      argMin(plan, rank) as plan,
      argMin(seats, rank) as seats,
      argMin(arr, rank) as arr,
      argMin(renewal_on, rank) as renewal_on,
      argMin(csm, rank) as csm,
      min(created_at) as created_at
    from named
    group by account_id
  ),

  final as (
    select
      facts.account_id as account_id,
      arraySort(
        arrayDistinct(arrayConcat(facts.identities, ifNull(merged_identities.identities, emptyArrayString()), [facts.account_id]))
      ) as identities,
      ifNull(facts.name, '') as name,
      ifNull(facts.domain, '') as domain,
      lower(ifNull(facts.industry, '')) as industry,
      facts.employees as employees,
      facts.revenue as revenue,
      upper(ifNull(facts.country, '')) as country,
      ifNull(facts.tier, '') as tier,
      facts.is_target as is_target,
      ifNull(facts.owner, '') as owner,
      lower(ifNull(facts.plan, '')) as plan,
      facts.seats as seats,
      facts.arr as arr,
      ifNull(facts.renewal_on, '') as renewal_on,
      ifNull(facts.csm, '') as csm,
      facts.created_at as created_at
    from facts
    left join merged_identities on facts.account_id = merged_identities.account_id
  )

select
  {run_id: String} as run_id,
  {as_of_date: Date} as as_of_date,
  final.*
from final
