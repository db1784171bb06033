-- A further slice of a new body. @body_shard bigint, @body_key uuid, @month date, @slice int, @bytes bytea.
insert into delivery_body (shard_key, body_key, month, slice, bytes)
values (@body_shard, @body_key, @month, @slice, @bytes)
on conflict (shard_key, body_key, month, slice) do nothing;
