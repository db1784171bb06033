-- A page of the deliveries of a group in one state, newest first. @group_key uuid, @state text, @before_at timestamptz and @before_id uuid
-- (the delivery before the page), @limit int.
select
\ir DeliveryRecord.sql
join (
  select shard_key, delivery_id
  from set_aside
  where group_key = @group_key and state = @state and (received_at, delivery_id) < (@before_at, @before_id)
  order by received_at desc, delivery_id desc
  limit @limit
) page on page.shard_key = d.shard_key and page.delivery_id = d.delivery_id
order by d.received_at desc, d.delivery_id desc;
