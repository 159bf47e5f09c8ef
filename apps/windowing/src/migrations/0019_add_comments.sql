-- What the view's own sources say differently.
alter table {{database}}.quarantined_records {{on_cluster}}
  comment column if exists topic_epoch 'Raised by an operator when the topic was re-created',
  comment column if exists reason 'Why it is no signal: one of the closed list of reasons';
