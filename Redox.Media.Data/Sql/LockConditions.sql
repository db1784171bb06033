-- Serialises the conditional creates that have a key in common, until their transactions end: the keys are unique, so the second
-- transaction waits for the row of the first, whether that row is new or not. The search of the second, a statement of its own that
-- follows, sees what the first committed. Every transaction locks in ascending order, so no deadlock is possible. @shard_keys bigint[] and
-- @condition_keys uuid[], which are all different; @delivery_id uuid.
insert into create_condition (shard_key, condition_key, delivery_id)
select shard_key, condition_key, @delivery_id
from unnest(@shard_keys, @condition_keys) as c (shard_key, condition_key)
order by shard_key, condition_key
on conflict (shard_key, condition_key) do update set delivery_id = excluded.delivery_id;
