-- A range of a file that is stored in slices, in order; at least one row. @shard_key bigint, @delivery_id uuid; @from and @count bigint, in
-- bytes; @content_length bigint. is_complete: all slices are there, and together they have the length of the file; without that a range
-- could be one of other bytes. Bytes of a slice outside the range are not read: its storage is not compressed.
with part as (
  select
    slice, bytes, sum(octet_length(bytes)) over (order by slice) - octet_length(bytes) as start, octet_length(bytes) as length
  from content_slice
  where shard_key = @shard_key and delivery_id = @delivery_id
)
select
  (select coalesce(count(*) = max(slice) + 1 and sum(length) = @content_length, false) from part) as is_complete,
  substring(
    bytes
    from (greatest(@from - start, 0) + 1)::int
    for (least(@from + @count - start, length) - greatest(@from - start, 0))::int)
from (select) as always
left join part on start < @from + @count and start + length > @from
order by slice;
