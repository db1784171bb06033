-- The rows of transactions from @from to before @to (bigint), by month: the beginning of the month, that of the next one, the time of the
-- last row, count, and the digest of the rows' digests in the order of their IDs. @since and @until timestamptz (rows recorded from the one
-- to before the other).
select
  r.month at time zone 'UTC', (r.month + interval '1 month') at time zone 'UTC', max(r.recorded_at), count(*),
  sha256(string_agg(r.digest, ''::bytea order by r.audit_id, r.digest))
from (
  select date_trunc('month', e.recorded_at at time zone 'UTC') as month, e.recorded_at, e.audit_id,
\ir AuditRowDigest.sql
    as digest
  from audit_event e
  where e.transaction_id >= @from and e.transaction_id < @to and e.recorded_at >= @since and e.recorded_at < @until
) r
group by r.month
order by r.month;
