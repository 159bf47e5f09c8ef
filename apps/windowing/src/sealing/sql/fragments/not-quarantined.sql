-- Fragment: rows of offsets that no step has decided to be quarantined.
(topic, topic_epoch, partition, offset) not in (
      select topic, topic_epoch, partition, arrayJoin(range(first_offset, last_offset + 1))
      from {sealed: Identifier}.quarantined_runs
      where step <= {step: UInt64} and last_offset >= {contested_first: UInt64} and first_offset <= {contested_last: UInt64}
    )
