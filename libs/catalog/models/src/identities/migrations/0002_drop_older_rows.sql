-- Days of before are built again, with builds of their own.
drop table if exists {{database}}.identity_edge_rows {{on_cluster}};

drop table if exists {{database}}.score_run_identities {{on_cluster}};
