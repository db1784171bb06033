-- @shard_key bigint, @delivery_id uuid, @number int, @started_at and @ended_at timestamptz, @failure text, @status int, @bytes bigint.
insert into remote_file_try (shard_key, delivery_id, number, started_at, ended_at, failure, status, bytes)
values (@shard_key, @delivery_id, @number, @started_at, @ended_at, @failure, @status, @bytes)
on conflict (shard_key, delivery_id, number) do nothing;
