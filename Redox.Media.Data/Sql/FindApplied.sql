-- The delivery of a message that was applied, if any was. @shard_key bigint, @idempotency_key uuid.
select delivery_id
from delivery
where shard_key = @shard_key and idempotency_key = @idempotency_key;
