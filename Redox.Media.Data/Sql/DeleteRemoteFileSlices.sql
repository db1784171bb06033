-- @shard_key bigint, @delivery_id uuid.
delete from remote_file_slice
where shard_key = @shard_key and delivery_id = @delivery_id;
