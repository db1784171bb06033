-- How many deliveries FindDeliveries.sql does not find because of their source. @id text, @hashes bigint[] (those of the ID: in a delivery
-- of a client, and in any other), @delivery_id uuid and @shard_key bigint (null unless the text is a delivery ID), @sources text[],
-- @limit int: where anybody has sent the ID without end, they are not counted to the end.
select count(*)::int
from (
  select
  from delivery d
  where (
      (d.shard_key = @shard_key and d.delivery_id = @delivery_id)
      or (d.log_hash = any (@hashes) and lower(d.log_id) = lower(@id collate "C"))
      or (d.attempt_hash = any (@hashes) and lower(d.attempt_id) = lower(@id collate "C"))
      or (d.other_hashes && @hashes
        and exists (select from unnest(d.other_ids) other where lower(other collate "C") = lower(@id collate "C"))))
    and d.source <> all (@sources)
  limit @limit
) hidden;
