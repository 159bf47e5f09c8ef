-- A mutation: parts of which nothing is left go whole.
alter table {database: Identifier}.signal_rows
delete where window_start < {dropped_before: DateTime('UTC')} and step <= {through_step: UInt64}
