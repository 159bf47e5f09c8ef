-- What was sent is looked at for a month. What was not sent says why for a week: the plan keeps its counts.
alter table {{database}}.delivery_plan_rows {{on_cluster}}
  modify ttl
    toDateTime(planned_at) + interval 30 day,
    toDateTime(planned_at) + interval 7 day delete where state != 'send';

alter table {{database}}.delivery_plan_rows {{on_cluster}}
  modify comment 'Records of planning attempts, sent and not sent, with the reason; kept 30 days, those not sent 7 days';
