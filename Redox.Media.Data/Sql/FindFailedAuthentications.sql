-- Failed authentications, the newest minute first, in a part of the time. Their IDs are digests of what they are counted by.
-- @from, @until and @before_at timestamptz, @before_id uuid, @address text (null for any), @shard_key bigint (that of the address), @count
-- int. Without an address the minutes are found one after the other in the index: PostgreSQL, which does not know how few are asked for,
-- would sort all of them. The cast is for Npgsql, which does not know the array of a domain that was created after its first connection.
with recursive found (minute, number) as (
  (select f.minute, 1
  from failed_authentication f
  where @address is null and f.minute < least(@until, @before_at + interval '1 microsecond')
  order by f.minute desc
  limit 1)
  union all
  select (select f.minute from failed_authentication f where f.minute < found.minute order by f.minute desc limit 1), found.number + 1
  from found
  where found.minute >= @from and found.number <= @count
),
candidate as (
  select f.*
  from found
  cross join lateral (select * from failed_authentication where minute = found.minute) f
  where found.minute >= @from
  union all
  select *
  from failed_authentication
  where shard_key = @shard_key and address = @address collate "C" and minute >= @from and minute < @until
),
identified as (
  select md5(concat_ws(' ', shard_key, extract(epoch from minute), address, endpoint))::uuid as id, * from candidate
)
select id, minute, address, endpoint, credentials::text[], failures
from identified
where (minute, id) < (@before_at, @before_id)
order by minute desc, id desc
limit @count;
