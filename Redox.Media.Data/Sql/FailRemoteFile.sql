-- Notes a try that failed, of the instance that has the lease, and gives the lease back. @shard_key bigint, @document_key, @delivery_id and
-- @owner uuid, @failure text, @status int, @state text, @next_try_at and @now timestamptz.
-- "is not distinct from": by the primary key. For an empty table PostgreSQL would plan to read all of a partial index.
update remote_file
set failure = @failure, status = @status, state = @state, next_try_at = @next_try_at, lease_owner = null, lease_until = null,
  settled_at = case when @state = 'failed' then @now end
where shard_key = @shard_key and document_key = @document_key and delivery_id = @delivery_id and state is not distinct from 'waiting'
  and lease_owner = @owner;
