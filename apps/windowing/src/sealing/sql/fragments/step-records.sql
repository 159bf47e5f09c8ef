select window_start, topic, topic_epoch, partition, offset, email, domain, user_agent
    from {raw: Identifier}.signals_raw
    where window_start >= {previous_closed_before: DateTime('UTC')}
      and window_start < {closed_before: DateTime('UTC')}
      and {{below_vector}}
    union all
    select window_start, topic, topic_epoch, partition, offset, email, domain, user_agent
    from {raw: Identifier}.signals_raw
    where window_start < {previous_closed_before: DateTime('UTC')}
      and {{between_vectors}}
