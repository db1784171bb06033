-- Takes the documents of a transaction, in ascending order so that two transactions never wait for each other in a circle.
-- @shard_keys bigint[], sorted. Held until the transaction ends.
--
-- The lock is on the key and not on a row, since the row of a document that is not known yet cannot be locked.
select pg_advisory_xact_lock(taken.shard_key)
from unnest(@shard_keys) as taken (shard_key);
