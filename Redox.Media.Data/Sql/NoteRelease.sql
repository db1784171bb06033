-- The link back: which set-aside delivery this one released. @shard_key bigint, @delivery_id uuid, @releases uuid.
update delivery
set releases = @releases
where shard_key = @shard_key and delivery_id = @delivery_id;
