-- A file that is stored in slices. @shard_key bigint, @delivery_id uuid.
select slice, bytes
from content_slice
where shard_key = @shard_key and delivery_id = @delivery_id
order by slice;
