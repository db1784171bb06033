-- Failed authentications, the newest minute first, in a part of the time. Their IDs are digests of what they are counted by.
-- @from, @until and @before_at timestamptz, @before_id uuid, @address text (null for any), @count int.
-- The cast is for Npgsql, which does not know the array of a domain that was created after its first connection.
select f.id, f.minute, f.address, f.endpoint, f.credentials::text[], f.failures
from (
  -- In the order of the index: a few minutes are read, and all of each.
  select i.id, f.*
  from failed_authentication f
  cross join lateral (select md5(concat_ws(' ', f.shard_key, extract(epoch from f.minute), f.address, f.endpoint))::uuid as id) i
  where f.minute >= @from and f.minute < @until and f.minute <= @before_at and (f.minute, i.id) < (@before_at, @before_id)
    and (@address is null or f.address = @address collate "C")
  order by f.minute desc
  fetch first (@count) rows with ties
) f
order by f.minute desc, f.id desc
limit @count;
