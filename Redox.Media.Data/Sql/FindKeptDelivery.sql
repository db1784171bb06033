-- What a release must know of a delivery. @shard_key bigint, @delivery_id uuid.
select outcome, received_at, body_bytes, released_by
from delivery
where shard_key = @shard_key and delivery_id = @delivery_id;
