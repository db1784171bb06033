-- Sums the deliveries of an hour in hourly_sum: those from @since timestamptz until @until. A repetition finds the same rows, and
-- replaces those that have grown. No delivery is removed from an hour that is still summed.
with counted as (
  insert into hourly_sum as h (
    hour, source, event, outcome, is_test, duration_bucket, deliveries, body_bytes, content_bytes, last_received_at)
\ir HourlyDeliveries.sql
  on conflict (hour, source, event, outcome, is_test, duration_bucket) do update set
    deliveries = excluded.deliveries, body_bytes = excluded.body_bytes, content_bytes = excluded.content_bytes,
    last_received_at = excluded.last_received_at
  where h.deliveries <> excluded.deliveries
  returning deliveries
)
insert into summed_hour (hour, rolled_up_at) values (@since, @rolled_up_at)
on conflict (hour) do update set rolled_up_at = excluded.rolled_up_at;
