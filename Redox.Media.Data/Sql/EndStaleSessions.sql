-- Ends the sessions of this service that wait for the rest of a batch. @application_name text. PostgreSQL has no timeout for that state:
-- the transaction is active, and its locks last as long as the connection, which stays open when a process is stopped. state_change is the
-- time of the last message of the batch; a slice of 256 KiB on the slowest line that a file can be written over takes 5 s.
select count(*)
from (
  select pg_terminate_backend(pid) as is_ended
  from pg_stat_activity
  where datname = current_database() and usename = current_user and application_name = @application_name and pid <> pg_backend_pid()
    and state = 'active' and wait_event = 'ClientRead' and state_change < clock_timestamp() - interval '20 seconds'
) ended
where is_ended;
