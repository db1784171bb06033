-- Lets one transaction of a client at a time add an upload: two that count what the client has unclaimed must not both find room for the
-- last. @lock_key bigint. Returns no row, as required of a statement that is not the last of a batch: docs/decisions/0015.
select 1
from (select pg_advisory_xact_lock(@lock_key)::text as locked) as lock
where locked is null;
