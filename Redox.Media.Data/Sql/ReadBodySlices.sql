-- The body of a delivery as it was received. @shard_key bigint, @delivery_id uuid. "offset 0" makes PostgreSQL look up the whole key, in
-- the one partition of the month.
select body.slice, body.bytes
from delivery d
cross join lateral (
  select slice, bytes
  from delivery_body
  where shard_key = d.body_shard and body_key = d.body_key and month = date_trunc('month', d.received_at at time zone 'UTC')::date
  offset 0
) body
where d.shard_key = @shard_key and d.delivery_id = @delivery_id
order by body.slice;
