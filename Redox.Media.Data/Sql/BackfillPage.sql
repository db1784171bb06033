-- The next current documents of a backfill, @name text, in the order of the primary key, @count int at most, and what each came with:
-- no envelope where it came as a FHIR resource. Whoever reads a page holds the backfill until the transaction ends.
with place as materialized (
  select shard_key, document_key from backfill where name = @name for update
)
select d.shard_key, d.document_key, d.version, v.envelope
from place p
cross join lateral (
  select shard_key, document_key, version
  from document
  where (shard_key, document_key) > (p.shard_key, p.document_key) and state = 'current'
  order by shard_key, document_key
  limit @count
) d
left join version v
  on v.shard_key = d.shard_key and v.document_key = d.document_key and v.delivery_id = d.version and v.resource is null
order by d.shard_key, d.document_key;
