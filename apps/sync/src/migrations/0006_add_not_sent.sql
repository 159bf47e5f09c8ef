alter table {{database}}.delivery_urgent {{on_cluster}}
  add column if not exists not_sent Map(String, String) comment 'Destinations that it was not handed to, each with the reason';

alter table {{database}}.delivery_urgent {{on_cluster}}
  comment column if exists state 'sent, cooled_down, expired, do_not_sync, flags_unknown, unsubscribed, no_match_key, no_subject or no_destination';
