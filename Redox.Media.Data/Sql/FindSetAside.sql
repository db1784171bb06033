-- How many set-aside deliveries a request means, and the oldest of them. @limit int.
with matching as (
\ir MatchSetAside.sql
)
select delivery_id, count(*) over () as matching
from matching
order by received_at, delivery_id
limit @limit;
