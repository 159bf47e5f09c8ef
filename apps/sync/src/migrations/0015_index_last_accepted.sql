alter table {{database}}.last_accepted {{on_cluster}}
  add index if not exists accepted_versions version type minmax granularity 1;
