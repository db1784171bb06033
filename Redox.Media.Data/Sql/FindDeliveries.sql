-- Deliveries by any ID that support staff may have, newest first. The index finds the hash; the row is compared with the text.
-- @id text, @hash bigint, @delivery_id uuid and @shard_key bigint (null unless the text is a delivery ID), @limit int.
select
\ir DeliveryRecord.sql
where (d.shard_key = @shard_key and d.delivery_id = @delivery_id)
  or (d.log_hash = @hash and d.log_id = @id)
  or (d.attempt_hash = @hash and d.attempt_id = @id)
  or (d.other_hashes @> array[@hash] and @id = any (d.other_ids))
order by d.received_at desc, d.delivery_id desc
limit @limit;
