-- Failed authentications, the newest minute first, in a part of the time. Their IDs are digests of what they are counted by.
-- @from, @until and @before_at timestamptz, @before_id uuid, @address text (null for any), @count int.
-- The cast is for Npgsql, which does not know the array of a domain that was created after its first connection.
select f.id, f.minute, f.address, f.endpoint, f.credentials::text[], f.failures
from (
  select *, md5(concat_ws(' ', shard_key, extract(epoch from minute), address, endpoint))::uuid as id
  from failed_authentication
  where minute >= @from and minute < @until and minute <= @before_at
) f
where (f.minute, f.id) < (@before_at, @before_id) and (@address is null or f.address = @address collate "C")
order by f.minute desc, f.id desc
limit @count;
