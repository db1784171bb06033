-- A page of documents with their versions, in the order of the primary key, for the verification of the archive: a row for each version,
-- and one for a document without versions. A document is taken from either table, because a row may be missing in the other. @after_shard
-- bigint, @after_key uuid: the last document of the page before. @count int. source and document_id of a document without a row are those
-- of the version's delivery.
with page as (
  (select shard_key, document_key
  from document
  where (shard_key, document_key) > (@after_shard, @after_key)
  order by shard_key, document_key
  limit @count)
  union
  (select distinct shard_key, document_key
  from document_version
  where (shard_key, document_key) > (@after_shard, @after_key)
  order by shard_key, document_key
  limit @count)
  order by shard_key, document_key
  limit @count
)
select
  page.shard_key, page.document_key, d.document_key is not null as has_document, coalesce(d.source, delivery.source) as source,
  coalesce(d.document_id, delivery.document_id) as document_id, d.version, d.content_length as document_content_length,
  v.delivery_id, v.content_length, v.content_checksum, v.content_sha256
from page
left join document d on d.shard_key = page.shard_key and d.document_key = page.document_key
left join document_version v on v.shard_key = page.shard_key and v.document_key = page.document_key
left join delivery
  on d.document_key is null and delivery.shard_key = v.shard_key and delivery.delivery_id = v.delivery_id
order by page.shard_key, page.document_key, v.delivery_id;
