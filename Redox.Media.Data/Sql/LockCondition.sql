-- Serialises the conditional creates with one condition, until their transactions end: the key is unique, so the second transaction waits
-- for the row of the first, whether that row is new or not. The search of the second, a statement of its own that follows, sees what the
-- first committed. @shard_key bigint, @condition_key uuid, @delivery_id uuid.
insert into create_condition (shard_key, condition_key, delivery_id)
values (@shard_key, @condition_key, @delivery_id)
on conflict (shard_key, condition_key) do update set delivery_id = excluded.delivery_id;
