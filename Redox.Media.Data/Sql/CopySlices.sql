-- Gives the version of a move the file of the version that it is derived from, if that is in slices. @shard_key bigint, @correction_id and
-- @moved_from uuid.
insert into content_slice (shard_key, delivery_id, slice, bytes)
select shard_key, @correction_id, slice, bytes
from content_slice
where shard_key = @shard_key and delivery_id = @moved_from;
