-- Grain: one user and the e-mail that a signal named together with them (user_id); the newest statement replaces older ones.
create table if not exists {{database}}.delivery_known_emails {{on_cluster}}
(
  user_id String comment 'The customer''s own id of the person',
  email String comment 'E-mail in normal form, as a signal stated it together with the id',
  said_at DateTime64(3, 'UTC') comment 'When that signal occurred; the newest counts',
  learned_at DateTime64(3, 'UTC') comment 'When the fast lane read it'
)
engine = {{engine ReplacingMergeTree(said_at)}}
order by user_id
ttl toDateTime(learned_at) + interval 400 day
comment 'Internal: which e-mail a user was last identified with, for urgent signals that name only the user';
