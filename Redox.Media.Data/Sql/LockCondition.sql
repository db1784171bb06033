-- Makes the conditional creates of one condition wait for each other, until their transactions end: the key is unique, so the second to
-- come finds the row of the first and waits for it, whether that row was there before or not. What the first created is then seen by
-- the second's search, which is a statement of its own and sees what has been committed by then.
-- @shard_key bigint, @condition_key uuid, @delivery_id uuid.
insert into create_condition (shard_key, condition_key, delivery_id)
values (@shard_key, @condition_key, @delivery_id)
on conflict (shard_key, condition_key) do update set delivery_id = excluded.delivery_id;
