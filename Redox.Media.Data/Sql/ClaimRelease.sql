-- Notes on a set-aside delivery which delivery releases it; one row, or none when another has released it. The row stays locked until
-- the transaction ends, and under READ COMMITTED whoever waited for it looks at released_by anew: of two, one finds nothing.
-- A release that was committed but not acknowledged finds its own ID and is told so again.
-- @shard_key bigint, @delivery_id uuid: the one set aside. @released_by uuid.
update delivery
set released_by = @released_by
where shard_key = @shard_key and delivery_id = @delivery_id
  and outcome = 'set-aside' and (released_by is null or released_by = @released_by)
returning delivery_id;
