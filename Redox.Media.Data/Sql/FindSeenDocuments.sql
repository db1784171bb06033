-- The sources of documents, and the messages of the versions that were handed out; of the current one where none was.
-- @shards bigint[], @keys uuid[], @versions uuid[].
select i.shard_key, i.document_key, i.version, d.source, v.envelope
from unnest(@shards, @keys, @versions) as i (shard_key, document_key, version)
join document d on d.shard_key = i.shard_key and d.document_key = i.document_key
left join document_version v
  on v.shard_key = i.shard_key and v.document_key = i.document_key and v.delivery_id = coalesce(i.version, d.version);
