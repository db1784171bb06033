-- Records that a delivery releases a set-aside one, unless another has released it, or it was not set aside. Of two transactions that
-- release the same delivery, the second waits for the row of the first, because the primary key is unique. IsReleasedBy.sql follows.
-- @shard_key bigint, @delivery_id uuid: the set-aside delivery. @released_by uuid.
insert into delivery_release (shard_key, delivery_id, released_by)
select shard_key, delivery_id, @released_by
from delivery
where shard_key = @shard_key and delivery_id = @delivery_id and outcome = 'set-aside'
on conflict (shard_key, delivery_id) do nothing;
