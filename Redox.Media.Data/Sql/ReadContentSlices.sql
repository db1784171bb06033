-- Slices of a file, in order. @shard_key bigint, @delivery_id uuid; @first int, the number of the first; @count int.
select slice, bytes
from content_slice
where shard_key = @shard_key and delivery_id = @delivery_id and slice >= @first and slice < @first + @count
order by slice;
