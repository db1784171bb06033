-- Rows of transactions before @to (bigint) in months of which there is no seal. @months timestamptz[] (the beginnings of months with
-- seals), @since and @until timestamptz (which rows).
select count(*)
from audit_event e
where e.transaction_id < @to and e.recorded_at >= @since and e.recorded_at < @until
  and date_trunc('month', e.recorded_at at time zone 'UTC') at time zone 'UTC' <> all (@months);
