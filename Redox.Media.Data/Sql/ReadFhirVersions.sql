-- Versions in the given order, without their content. @shard_keys bigint[], @document_keys uuid[], @delivery_ids uuid[].
select
  d.shard_key, d.document_key, d.source, d.document_id, d.replaced_by_shard, d.replaced_by_key,
  v.delivery_id as version, coalesce(v.delivery_id = d.version, false) as is_current, v.content_length, v.content_sha256, v.envelope,
  v.resource, null::bytea as content
from unnest(@shard_keys, @document_keys, @delivery_ids) with ordinality as wanted (shard_key, document_key, delivery_id, ordinal)
join document_version v
  on v.shard_key = wanted.shard_key and v.document_key = wanted.document_key and v.delivery_id = wanted.delivery_id
join document d on d.shard_key = wanted.shard_key and d.document_key = wanted.document_key
order by wanted.ordinal;
