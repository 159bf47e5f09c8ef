-- Grain: one decision of who is who, in the order of the log; `other` is empty where an identity was unlinked from everybody.
with
  final as (
    select arrayJoin({edits: Array(Tuple(UInt32, String, String, String, String, String))}) as edit
  )

select
  edit.1 as number,
  edit.2 as kind,
  edit.3 as identity_kind,
  edit.4 as identity,
  edit.5 as other_kind,
  edit.6 as other
from final
order by number
