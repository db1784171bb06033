-- A slice of a delivery's body. @shard_key bigint, @delivery_id uuid, @slice int, @bytes bytea.
insert into delivery_body (shard_key, delivery_id, slice, bytes)
values (@shard_key, @delivery_id, @slice, @bytes)
on conflict (shard_key, delivery_id, slice) do nothing;
