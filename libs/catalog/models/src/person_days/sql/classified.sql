-- Grain: one signal of `sealed`. Fragment: the CTE `classified`, which gives each signal its class by the rules of person_days.
  classified as (
    select
      * except (url_path, properties),
      arrayFirstIndex(
        (types, path, property, allowed) -> has(types, type)
          and (path = '' or match(url_path, path))
          and (property = '' or has(allowed, properties[property])),
        {rule_types: Array(Array(String))},
        {rule_paths: Array(String)},
        {rule_properties: Array(String)},
        {rule_values: Array(Array(String))}
      ) as rule,
      if(rule = 0, 'other', {rule_classes: Array(String)}[rule]) as signal_class
    from sealed
  )
