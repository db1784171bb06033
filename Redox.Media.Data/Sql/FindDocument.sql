-- A document, named as the members of DocumentHistory. @shard_key bigint, @document_key uuid.
select
  d.source as Source, d.document_id as DocumentId, d.is_test as Test, d.state as State, d.event_time as EventTime,
  d.last_updated as Version, d.is_hidden as Hidden,
  successor.document_id as SupersededBy
from document d
left join document successor on successor.shard_key = d.replaced_by_shard and successor.document_key = d.replaced_by_key
where d.shard_key = @shard_key and d.document_key = @document_key;
