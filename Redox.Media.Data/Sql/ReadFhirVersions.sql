-- Versions in the given order, one row for each, without their content. "failure" names what is wrong with a row that is not as it was
-- written (IntegrityFailures). @shard_keys bigint[], @document_keys uuid[], @delivery_ids uuid[].
select
  wanted.shard_key, wanted.document_key, d.source, d.document_id, d.replaced_by_shard, d.replaced_by_key,
  case when v.delivery_id = d.version then d.last_updated else v.last_updated end as last_updated,
  wanted.delivery_id as version, coalesce(v.delivery_id = d.version, false) as is_current, v.content_length, v.content_checksum,
  v.content_sha256, v.envelope, v.resource, null::bytea as content,
  case
    when d.document_key is null then 'missing-document'
    when v.delivery_id is null then 'missing-version'
    when v.delivery_id = d.version and v.content_length is distinct from d.content_length then 'wrong-length'
  end as failure
from unnest(@shard_keys, @document_keys, @delivery_ids) with ordinality as wanted (shard_key, document_key, delivery_id, ordinal)
left join document_version v
  on v.shard_key = wanted.shard_key and v.document_key = wanted.document_key and v.delivery_id = wanted.delivery_id
left join document d on d.shard_key = wanted.shard_key and d.document_key = wanted.document_key
order by wanted.ordinal;
