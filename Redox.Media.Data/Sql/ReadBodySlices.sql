-- The body of a delivery as it was received. @shard_key bigint, @delivery_id uuid.
select body.slice, body.bytes
from delivery d
join delivery_body body on body.shard_key = d.body_shard and body.body_key = d.body_key
  and body.month = date_trunc('month', d.received_at at time zone 'UTC')::date
where d.shard_key = @shard_key and d.delivery_id = @delivery_id
order by body.slice;
