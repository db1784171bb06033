-- A slice of an upload. @shard_key bigint, @upload_id uuid, @slice int, @bytes bytea.
insert into upload_slice (shard_key, upload_id, slice, bytes)
values (@shard_key, @upload_id, @slice, @bytes)
on conflict (shard_key, upload_id, slice) do nothing;
