-- Gives a file back that an instance has taken and not fetched: another one takes it at once. @shard_key bigint, @document_key,
-- @delivery_id and @owner uuid.
-- "is not distinct from": by the primary key. For an empty table PostgreSQL would plan to read all of a partial index.
update remote_file
set lease_owner = null, lease_until = null, tries = tries - 1
where shard_key = @shard_key and document_key = @document_key and delivery_id = @delivery_id and state is not distinct from 'waiting'
  and lease_owner = @owner;
