-- The set-aside deliveries that are open, and when the oldest was received. @is_test boolean, @sources text[] (null for all). The condition
-- on the group is met by all: with it PostgreSQL reads the index of the open ones.
select count(*), min(s.received_at)
from set_aside s
join delivery d on d.shard_key = s.shard_key and d.delivery_id = s.delivery_id
where s.state = 'open' and s.group_key >= '00000000-0000-0000-0000-000000000000' and d.is_test = @is_test
  and (@sources is null or s.source = any (@sources));
