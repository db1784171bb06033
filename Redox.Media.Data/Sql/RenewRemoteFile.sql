-- Renews the lease of an instance on a file that it fetches, with what the host said of the file; returns whether the instance had it
-- still. @shard_key bigint, @document_key, @delivery_id and @owner uuid, @lease int (seconds), @entity_tag text, @full_length bigint.
-- "is not distinct from": by the primary key. For an empty table PostgreSQL would plan to read all of a partial index.
with renewed as (
  update remote_file
  set lease_until = clock_timestamp() + @lease * interval '1 second', entity_tag = @entity_tag, full_length = @full_length
  where shard_key = @shard_key and document_key = @document_key and delivery_id = @delivery_id and state is not distinct from 'waiting'
    and lease_owner = @owner
  returning 1
)
select exists (select from renewed);
