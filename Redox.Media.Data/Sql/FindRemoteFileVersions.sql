-- The versions of a document, which is locked, that wait for the file of an address that an instance has fetched: none if another one has
-- the lease. @shard_key bigint, @document_key, @delivery_id and @owner uuid.
-- "is not distinct from": by the primary key. For an empty table PostgreSQL would plan to read all of a partial index.
select waiting.delivery_id
from remote_file fetched
join remote_file waiting
  on waiting.shard_key = fetched.shard_key and waiting.document_key = fetched.document_key and waiting.url = fetched.url
  and waiting.state is distinct from 'stored'
where fetched.shard_key = @shard_key and fetched.document_key = @document_key and fetched.delivery_id = @delivery_id
  and fetched.state is not distinct from 'waiting' and fetched.lease_owner = @owner
order by waiting.delivery_id;
