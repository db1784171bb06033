-- The outcome of a delivery whose commit was not acknowledged, if it was committed. The message in the write-ahead log makes this commit
-- wait until that one is replicated (docs/decisions/0016). @shard_key bigint, @delivery_id uuid.
select d.outcome, v.last_updated, pg_logical_emit_message(true, 'Redox.Media', '')
from delivery d
left join document_version v
  on v.shard_key = d.shard_key and v.document_key = d.document_key and v.delivery_id = d.delivery_id
where d.shard_key = @shard_key and d.delivery_id = @delivery_id;
