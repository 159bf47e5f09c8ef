-- Grain: one signal of `sealed`. Fragment: the CTE `classified`, which gives each signal its class by the rules of person_days: the first
-- rule of its type that fits.
  classified as (
    select
      * except (url_path, properties),
      arrayFirst(
        number -> ({rule_paths: Array(String)}[number] = '' or match(url_path, {rule_paths: Array(String)}[number]))
          and (
            {rule_properties: Array(String)}[number] = ''
            or has({rule_values: Array(Array(String))}[number], properties[{rule_properties: Array(String)}[number]])
          ),
        {rules_of_type: Array(Array(UInt16))}[indexOf({ruled_types: Array(String)}, type)]
      ) as rule,
      if(rule = 0, 'other', {rule_classes: Array(String)}[rule]) as signal_class
    from sealed
  )
