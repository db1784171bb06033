-- What has arrived of a file, in order. @shard_key bigint, @delivery_id uuid.
select slice, bytes
from remote_file_slice
where shard_key = @shard_key and delivery_id = @delivery_id
order by slice;
