-- How many deliveries of some groups were set aside on each day, at UTC, whatever became of them. @group_keys uuid[], @since timestamptz.
select g.group_key, counted.day, counted.deliveries
from unnest(@group_keys) as g (group_key)
cross join lateral (
  select (received_at at time zone 'UTC')::date as day, count(*) as deliveries
  from set_aside
  where group_key = g.group_key and state in ('open', 'released', 'discarded') and received_at >= @since
  group by 1
) counted;
