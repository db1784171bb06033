-- For the readiness check: whether the database can only be read, its clock, and whether a commit of this role has been waiting for a
-- standby for ten seconds.
select
  current_setting('transaction_read_only') = 'on', clock_timestamp(),
  exists (
    select from pg_stat_activity
    where datname = current_database() and usename = current_user and wait_event = 'SyncRep'
      and state_change < clock_timestamp() - interval '10 seconds');
