-- Changes the state of a set-aside delivery, if it is in one of some states. @shard_key bigint, @delivery_id uuid, @from text[],
-- @to text.
update set_aside
set state = @to, settled_at = case when @to <> 'open' then coalesce(settled_at, clock_timestamp()) end
where shard_key = @shard_key and delivery_id = @delivery_id and state = any (@from);
