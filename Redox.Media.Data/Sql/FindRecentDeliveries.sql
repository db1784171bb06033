-- The newest deliveries before a position that meet the criteria. Where these leave out many, no more than @scan of the newest are looked
-- at, whose end is found in the index. @since timestamptz (null for all), @before_at timestamptz, @before_id uuid, @scan int (null for no
-- end), @limit int, and the parameters of DeliveryFilter.sql.
select
\ir DeliveryRecord.sql
where d.received_at >= greatest(
    coalesce(@since, '-infinity'::timestamptz),
    (select s.received_at from delivery s where @scan is not null and s.received_at <= @before_at
      order by s.received_at desc offset @scan limit 1))
  and (d.received_at, d.delivery_id) < (@before_at, @before_id)
  and (@visible is null or d.source = any (@visible)) and
\ir DeliveryFilter.sql
order by d.received_at desc, d.delivery_id desc
limit @limit;
