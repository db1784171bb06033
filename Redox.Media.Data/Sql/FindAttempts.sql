-- The deliveries with one log ID from one source, which is that of a delivery that the caller may see, newest first. @log_id text,
-- @hash bigint, @source text, @limit int.
select
\ir DeliveryRecord.sql
where d.log_hash = @hash and d.log_id = @log_id and d.source = @source
order by d.received_at desc, d.delivery_id desc
limit @limit;
