-- An insert's part is compact: a wide one is some sixty files, which costs a third of the insert. Merged parts are wide again, and
-- merges wait for more parts, so that a row is rewritten less often.
alter table {{database}}.signals_raw {{on_cluster}}
  modify setting min_level_for_wide_part = 1, min_parts_to_merge_at_once = 10;

alter table {{database}}.signal_rows {{on_cluster}}
  modify setting min_level_for_wide_part = 1, min_parts_to_merge_at_once = 10;
