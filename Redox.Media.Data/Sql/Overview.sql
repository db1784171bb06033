-- Sums of the deliveries from @from timestamptz until @until: by time (@unit text: hour or day), by source and by event, each by outcome,
-- the first two also by duration. What is not summed by is null. Hours before @since were summed before (hourly_sum). @is_test boolean,
-- @sources text[] (null for all). The rows are grouped by everything first: of many days a tenth of them is left, which five times as
-- many sums are made of, without a sort on disk.
with counted as (
  select hour, source, event, outcome, is_test, duration_bucket, deliveries, body_bytes, content_bytes, last_received_at
  from hourly_sum
  where hour >= @from and hour < @since
  union all (
\ir HourlyDeliveries.sql
  )
),
grouped as materialized (
  select
    date_trunc(@unit, hour, 'UTC') as at, source, event, outcome, duration_bucket,
    sum(deliveries) as deliveries, sum(body_bytes) as body_bytes, sum(content_bytes) as content_bytes,
    max(last_received_at) as last_received_at
  from counted
  where is_test = @is_test and (@sources is null or source = any (@sources))
  group by 1, 2, 3, 4, 5
)
select
  at, source, event, outcome::text, duration_bucket::int,
  sum(deliveries)::bigint, sum(body_bytes)::bigint, sum(content_bytes)::bigint, max(last_received_at)
from grouped
group by grouping sets ((at, outcome), (at, duration_bucket), (source, outcome), (source, duration_bucket), (event, outcome));
