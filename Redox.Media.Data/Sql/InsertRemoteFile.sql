-- Notes that the file of a version is to be fetched, if the event has made the version; one that has been given up and is named again is
-- fetched again. @shard_key bigint, @document_key and @delivery_id uuid, @source, @url and @host text, @now timestamptz.
-- "is not distinct from": by the primary key. For an empty table PostgreSQL would plan to read all of a partial index.
with renewed as (
  update remote_file
  set state = 'waiting', next_try_at = @now, settled_at = null
  where shard_key = @shard_key and document_key = @document_key and url = @url and state is not distinct from 'failed'
)
insert into remote_file (shard_key, document_key, delivery_id, source, url, host, created_at, next_try_at)
select v.shard_key, v.document_key, v.delivery_id, @source, @url, @host, @now, @now
from document_version v
where v.shard_key = @shard_key and v.document_key = @document_key and v.delivery_id = @delivery_id
on conflict (shard_key, document_key, delivery_id) do nothing;
