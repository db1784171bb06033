-- The outcome of a delivery whose commit was not acknowledged, if it was committed. The message in the write-ahead log makes this commit
-- wait until that one is replicated (docs/decisions/0016). @shard_key bigint, @delivery_id uuid.
select outcome, pg_logical_emit_message(true, 'Redox.Media', '')
from delivery
where shard_key = @shard_key and delivery_id = @delivery_id;
