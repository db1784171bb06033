-- The oldest delivery after a position that meets the criteria, among the @scan that follow it. @after_at timestamptz, @after_id uuid,
-- @scan int and the parameters of DeliveryFilter.sql.
select
\ir DeliveryRecord.sql
where d.received_at <= coalesce(
    (select s.received_at from delivery s where s.received_at >= @after_at order by s.received_at offset @scan limit 1),
    'infinity'::timestamptz)
  and (d.received_at, d.delivery_id) > (@after_at, @after_id)
  and (@visible is null or d.source = any (@visible)) and
\ir DeliveryFilter.sql
order by d.received_at, d.delivery_id
limit 1;
