-- The documents that the versions of these documents replaced, by what their deliveries named. @shard_keys bigint[], @document_keys uuid[],
-- @limit int.
select distinct d.source, d.original_document_id, d.is_test
from unnest(@shard_keys, @document_keys) as wanted (shard_key, document_key)
join document_version v on v.shard_key = wanted.shard_key and v.document_key = wanted.document_key and v.state = 'current'
join delivery d on d.shard_key = v.shard_key and d.delivery_id = v.delivery_id
where d.original_document_id <> d.document_id
limit @limit;
