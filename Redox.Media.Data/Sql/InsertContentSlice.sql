-- A slice of a large file, if its event made a version (a duplicate does not).
-- @shard_key bigint, @document_key uuid, @delivery_id uuid, @slice int, @bytes bytea.
insert into content_slice (shard_key, delivery_id, slice, bytes)
select @shard_key, @delivery_id, @slice, @bytes
where exists (
  select from document_version
  where shard_key = @shard_key and document_key = @document_key and delivery_id = @delivery_id)
on conflict (shard_key, delivery_id, slice) do nothing;
