-- The transaction of the row that is the last of a seal, if there are more rows than @count - 1. The parameters of SealRows.sql, and @count
-- int.
select e.transaction_id
from audit_event e
where e.transaction_id >= @from and e.transaction_id < @to and e.recorded_at >= @since and e.recorded_at < @until
order by e.transaction_id
offset @count - 1
limit 1;
