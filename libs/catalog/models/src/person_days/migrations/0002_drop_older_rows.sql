-- Days of before are built again, with builds of their own.
drop table if exists {{database}}.person_day_builds {{on_cluster}};

drop table if exists {{database}}.person_day_rows {{on_cluster}};
