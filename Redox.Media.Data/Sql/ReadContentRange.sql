-- A range of a version's file, in order. @shard_key bigint, @document_key uuid, @delivery_id uuid; @from and @count bigint, in bytes.
-- Bytes of a slice outside the range are not read: its storage is not compressed.
with part as (
  select 0 as slice, content as bytes, 0::bigint as start, octet_length(content) as length
  from document_version
  where shard_key = @shard_key and document_key = @document_key and delivery_id = @delivery_id and content is not null
  union all
  select slice, bytes, sum(octet_length(bytes)) over (order by slice) - octet_length(bytes), octet_length(bytes)
  from content_slice
  where shard_key = @shard_key and delivery_id = @delivery_id
)
select substring(
  bytes
  from (greatest(@from - start, 0) + 1)::int
  for (least(@from + @count - start, length) - greatest(@from - start, 0))::int)
from part
where start < @from + @count and start + length > @from
order by slice;
