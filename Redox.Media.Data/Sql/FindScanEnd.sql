-- Where FindRecentDeliveries.sql stops to look, and how many deliveries that meet the criteria are of sources that the reader may not see,
-- counted up to @hidden_limit int. Its parameters are those of FindRecentDeliveries.sql, and @hidden_from timestamptz: the arrival of the
-- last delivery of the page; null when the page is not full.
with scan (ends_at) as (
  select s.received_at
  from delivery s
  where s.received_at <= @before_at and s.received_at >= coalesce(@since, '-infinity'::timestamptz)
  order by s.received_at desc
  offset @scan
  limit 1
)
select
  (select ends_at from scan) as EndsAt,
  (
    select count(*)::int
    from (
      select
      from delivery d
      where @visible is not null
        and d.received_at >= greatest(coalesce(@since, '-infinity'::timestamptz), (select ends_at from scan), @hidden_from)
        and (d.received_at, d.delivery_id) < (@before_at, @before_id)
        and d.source <> all (@visible) and
\ir DeliveryFilter.sql
      limit @hidden_limit
    ) hidden
  ) as Hidden;
