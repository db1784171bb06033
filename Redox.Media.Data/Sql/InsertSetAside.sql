-- The group of a set-aside delivery, in the transaction that records the delivery. Repeated when its acknowledgement was lost.
-- @shard_key bigint, @delivery_id uuid, @received_at timestamptz, @group_key uuid, @source, @data_model, @event_type, @path, @rule text.
insert into set_aside (shard_key, delivery_id, received_at, group_key, source, data_model, event_type, path, rule)
values (@shard_key, @delivery_id, @received_at, @group_key, @source, @data_model, @event_type, @path, @rule)
on conflict (shard_key, delivery_id) do nothing;
