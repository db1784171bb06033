-- How many sources delivered that are not among @sources text[]. The other parameters as in Overview.sql.
select count(distinct source)::int
from (
  select source, is_test from hourly_sum where hour >= @from and hour < @since
  union all
  select source, is_test
  from (
\ir HourlyDeliveries.sql
  ) live
) counted
where is_test = @is_test and source <> all (@sources);
