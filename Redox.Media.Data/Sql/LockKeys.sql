-- Lets one transaction at a time add a key ("RedoxKey" in ASCII): of two instances that both found none, the second must see that of the
-- first. Returns no row, as required of a statement that is not the last of a batch: docs/decisions/0015.
select 1
from (select pg_advisory_xact_lock(5937262113680221561)::text as locked) as lock
where locked is null;
