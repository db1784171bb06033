-- Lets one transaction at a time change registered clients ("RedoxCli" in ASCII): of two keys that are added at once, the second must see
-- the first. Returns no row, as required of a statement that is not the last of a batch: docs/decisions/0015.
select 1
from (select pg_advisory_xact_lock(5937262113679699049)::text as locked) as lock
where locked is null;
