-- When each source has sent an event for the last time, and the longest but one of its pauses since @from timestamptz, between hours in
-- which it has sent events. Parameters as in Overview.sql.
with active as (
  select source, hour, max(last_received_at) as last_at
  from (
    select source, hour, event, outcome, is_test, last_received_at
    from hourly_sum
    where hour >= @from and hour < @since
    union all
    select source, hour, event, outcome, is_test, last_received_at
    from (
\ir HourlyDeliveries.sql
    ) live
  ) counted
  where is_test = @is_test and event in ('New', 'Replace', 'Delete') and outcome <> 'forbidden' and source <> ''
    and (@sources is null or source = any (@sources))
  group by source, hour
),
paused as (
  select source, last_at, hour + interval '1 hour' - lag(last_at) over (partition by source order by hour) as pause
  from active
)
select source, max(last_at), (array_agg(pause order by pause desc) filter (where pause is not null))[2]
from paused
group by source;
