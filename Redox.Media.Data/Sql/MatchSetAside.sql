-- The set-aside deliveries that a request means, of a group or named one by one, in one state and of visible sources: a part of statements.
-- @group_key uuid (null if they are named), @shard_keys bigint[] and @delivery_ids uuid[] (empty if the group is meant), @state text,
-- @sources text[] (null for all).
  select shard_key, delivery_id, received_at, source
  from set_aside
  where group_key = @group_key and state = @state and (@sources is null or source = any (@sources))
  union
  select s.shard_key, s.delivery_id, s.received_at, s.source
  from unnest(@shard_keys, @delivery_ids) as named (shard_key, delivery_id)
  join set_aside s on s.shard_key = named.shard_key and s.delivery_id = named.delivery_id
  where s.state = @state and (@sources is null or s.source = any (@sources))
