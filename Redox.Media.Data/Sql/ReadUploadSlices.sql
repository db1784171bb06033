-- The file of an upload. @shard_key bigint, @upload_id uuid.
select slice, bytes
from upload_slice
where shard_key = @shard_key and upload_id = @upload_id
order by slice;
