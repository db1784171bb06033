-- The first slice of a body, unless its caller has sent the same before in this month: then the repeat is counted. Returns whether it is
-- new. Executed before the delivery is inserted, so that the repeat of a transaction whose commit was not acknowledged finds its own
-- delivery and counts nothing. @body_shard bigint, @body_key uuid, @month date, @bytes bytea; the delivery: @shard_key bigint,
-- @delivery_id uuid.
with stored as (
  insert into delivery_body (shard_key, body_key, month, slice, bytes)
  values (@body_shard, @body_key, @month, 0, @bytes)
  on conflict (shard_key, body_key, month, slice) do nothing
  returning slice
),
repeated as (
  insert into delivery_body_repeat as r (shard_key, body_key, month, repeats)
  select @body_shard, @body_key, @month, 1
  where not exists (select from stored)
    and not exists (select from delivery where shard_key = @shard_key and delivery_id = @delivery_id)
  on conflict (shard_key, body_key, month) do update set repeats = r.repeats + 1
)
select exists (select from stored);
