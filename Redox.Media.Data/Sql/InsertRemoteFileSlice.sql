-- @shard_key bigint, @delivery_id uuid, @slice int, @bytes bytea. A repetition, after a commit whose acknowledgement was lost, has the same
-- bytes.
insert into remote_file_slice (shard_key, delivery_id, slice, bytes)
values (@shard_key, @delivery_id, @slice, @bytes)
on conflict (shard_key, delivery_id, slice) do nothing;
