-- What a step's odd e-mails come to, and which domains can have mail, is asked of TypeScript too.
alter table {{database}}.attempt_values {{on_cluster}}
  add column if not exists normal Nullable(String)
    comment 'Of an e-mail: its normal form; of a domain: the host that mail is sent to; null when it is none' after value;
