-- The sources and log IDs of deliveries. @shards bigint[], @ids uuid[].
select d.delivery_id, d.source, d.log_id
from unnest(@shards, @ids) as i (shard_key, delivery_id)
join delivery d on d.shard_key = i.shard_key and d.delivery_id = i.delivery_id;
