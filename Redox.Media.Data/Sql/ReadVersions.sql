-- Versions in the given order: one row for each, which is null where the version is missing; the envelope, and the content if it is wanted
-- and not stored in slices.
-- @shard_keys bigint[], @document_keys uuid[], @delivery_ids uuid[], @with_content boolean[].
select
  v.document_key, v.delivery_id, v.content_length, v.content_checksum, v.envelope,
  case when wanted.with_content then v.content end as content
from unnest(@shard_keys, @document_keys, @delivery_ids, @with_content) with ordinality
  as wanted (shard_key, document_key, delivery_id, with_content, ordinal)
left join document_version v
  on v.shard_key = wanted.shard_key and v.document_key = wanted.document_key and v.delivery_id = wanted.delivery_id
order by wanted.ordinal;
