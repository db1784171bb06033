-- The body of a delivery as it was received. @shard_key bigint, @delivery_id uuid.
select slice, bytes
from delivery_body
where shard_key = @shard_key and delivery_id = @delivery_id
order by slice;
