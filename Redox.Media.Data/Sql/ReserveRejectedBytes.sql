-- Whether a body of a client may be stored: it is stored already, or it fits into the client's bytes of the day, where it is counted then.
-- A transaction of its own, so that the row of the day is not locked while the body is written; a body that is not stored in the end, or
-- stored by an attempt after this one, has been counted all the same. @body_shard bigint, @body_key uuid, @month date; @shard_key bigint
-- of the caller, @caller text, @day date, @bytes bigint, @max_bytes bigint.
with known as (
  select from delivery_body
  where shard_key = @body_shard and body_key = @body_key and month = @month and slice = 0
),
reserved as (
  insert into rejected_bytes as r (shard_key, caller, day, bytes)
  select @shard_key, @caller, @day, @bytes
  where @bytes <= @max_bytes and not exists (select from known)
  on conflict (shard_key, caller, day) do update set bytes = r.bytes + excluded.bytes
    where r.bytes + excluded.bytes <= @max_bytes
  returning r.caller
)
select exists (select from known) or exists (select from reserved);
