-- What a release needs to know of a delivery. @shard_key bigint, @delivery_id uuid.
select d.outcome, d.received_at, d.body_bytes, release.released_by, d.body_key is not null,
  coalesce(aside.state = 'discarded', false), d.source
from delivery d
left join delivery_release release on release.shard_key = d.shard_key and release.delivery_id = d.delivery_id
left join set_aside aside on aside.shard_key = d.shard_key and aside.delivery_id = d.delivery_id
where d.shard_key = @shard_key and d.delivery_id = @delivery_id;
