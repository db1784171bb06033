-- Records that a delivery releases a set-aside one. Returns one row, or none when another delivery has released it, or when it was not set
-- aside. Of two transactions that release the same delivery, the second waits for the row of the first, because the primary key is unique,
-- and after the commit of the first it returns none. A repeat of a transaction whose commit was not acknowledged finds its own row and
-- returns it.
-- @shard_key bigint, @delivery_id uuid: the set-aside delivery. @released_by uuid.
insert into delivery_release as r (shard_key, delivery_id, released_by)
select shard_key, delivery_id, @released_by
from delivery
where shard_key = @shard_key and delivery_id = @delivery_id and outcome = 'set-aside'
on conflict (shard_key, delivery_id) do update set released_by = excluded.released_by
  where r.released_by = excluded.released_by
returning r.delivery_id;
