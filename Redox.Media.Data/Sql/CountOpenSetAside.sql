-- The set-aside deliveries that nobody has released, and when the oldest was received. @is_test boolean, @sources text[] (null for all).
select count(*), min(d.received_at)
from delivery d
where starts_with(d.outcome, 'set-aside') and d.received_at > '-infinity' and d.is_test = @is_test
  and (@sources is null or d.source = any (@sources))
  -- a scalar subquery reads by index, where PostgreSQL may hash the table for "not exists"
  and (select r.delivery_id from delivery_release r where r.shard_key = d.shard_key and r.delivery_id = d.delivery_id) is null;
