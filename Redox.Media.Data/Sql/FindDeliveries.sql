-- Deliveries by any ID that support staff may have, newest first, the duplicates last: those of clients, or those of all others, as the
-- hash says. The index finds the hash; the row is compared with the text, in upper or lower case. ClientsHaveIt says whether clients have
-- sent the ID too. Those of sources that are not visible are left out; the condition is a constant for who sees all of them.
-- @id text, @hash bigint, @client_hash bigint (null in a search for those of clients), @delivery_id uuid and @shard_key bigint (null unless
-- the text is a delivery ID), @after_duplicate boolean, @after_at timestamptz and @after_id uuid (the delivery before the page; @after_at
-- is null before the first), @sources text[] (null for all), @limit int.
select
  exists (select from delivery where log_hash = @client_hash and (@sources is null or source = any (@sources)))
    or exists (select from delivery where attempt_hash = @client_hash and (@sources is null or source = any (@sources)))
    or exists (select from delivery where other_hashes @> array[@client_hash] and (@sources is null or source = any (@sources)))
    as ClientsHaveIt,
\ir DeliveryRecord.sql
where (
    (d.shard_key = @shard_key and d.delivery_id = @delivery_id)
    or (d.log_hash = @hash and lower(d.log_id) = lower(@id collate "C"))
    or (d.attempt_hash = @hash and lower(d.attempt_id) = lower(@id collate "C"))
    or (d.other_hashes @> array[@hash]
      and exists (select from unnest(d.other_ids) other where lower(other collate "C") = lower(@id collate "C"))))
  and (@sources is null or d.source = any (@sources))
  and (
    @after_at is null
    or ((d.outcome = 'duplicate') = @after_duplicate and (d.received_at, d.delivery_id) < (@after_at, @after_id))
    or (d.outcome = 'duplicate' and not @after_duplicate))
order by d.outcome = 'duplicate', d.received_at desc, d.delivery_id desc
limit @limit;
