-- Failed authentications, the newest minute first, in a part of the time. Their IDs are digests of what they are counted by.
-- @from, @until and @before_at timestamptz, @before_id uuid, @address text (null for any), @count int.
-- The minutes are found one after the other in the index, because PostgreSQL would sort all of them: it does not know how few are asked for.
-- The cast is for Npgsql, which does not know the array of a domain that was created after its first connection.
with recursive found (minute, number) as (
  (select f.minute, 1
  from failed_authentication f
  where f.minute >= @from and f.minute < @until and f.minute <= @before_at and (@address is null or f.address = @address collate "C")
  order by f.minute desc
  limit 1)
  union all
  select (
    select f.minute
    from failed_authentication f
    where f.minute >= @from and f.minute < found.minute and (@address is null or f.address = @address collate "C")
    order by f.minute desc
    limit 1), found.number + 1
  from found
  where found.minute is not null and found.number <= @count
)
select f.id, f.minute, f.address, f.endpoint, f.credentials::text[], f.failures
from found
cross join lateral (
  select md5(concat_ws(' ', shard_key, extract(epoch from minute), address, endpoint))::uuid as id, *
  from failed_authentication
  where minute = found.minute and (@address is null or address = @address collate "C")
) f
where (f.minute, f.id) < (@before_at, @before_id)
order by f.minute desc, f.id desc
limit @count;
