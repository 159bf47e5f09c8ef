alter table {{database}}.seal_winners {{on_cluster}}
  add column if not exists rebuild_from Nullable(DateTime('UTC')) comment 'Of a rebuild: earlier steps'' rows in windows from here on ...';

alter table {{database}}.seal_winners {{on_cluster}}
  add column if not exists rebuild_to Nullable(DateTime('UTC')) comment '... to before here are replaced by its own';
