-- What a correction needs to know of a document, which is locked. @shard_key bigint, @document_key and @correction_id uuid. corrected_at is
-- not null if this correction has been committed and its acknowledgement was lost; then the message in the write-ahead log makes this
-- commit wait until that one is replicated (docs/decisions/0016).
select
  d.version, d.last_updated, d.is_hidden, c.corrected_at,
  case when c.correction_id is not null then pg_logical_emit_message(true, 'Redox.Media', '') end
from document d
left join document_correction c
  on c.shard_key = d.shard_key and c.document_key = d.document_key and c.correction_id = @correction_id
where d.shard_key = @shard_key and d.document_key = @document_key;
