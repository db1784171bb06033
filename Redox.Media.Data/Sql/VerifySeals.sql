-- The rows of some seals of one month: the place in @bounds, count and digest. @bounds bigint[] has the first transaction of each seal and
-- that behind its last one, ascending; rows with an odd place belong to a seal, the others to none. @from and @to bigint, @since and @until
-- timestamptz (which rows).
select r.place, count(*), sha256(string_agg(r.digest, ''::bytea order by r.audit_id, r.digest))
from (
  select width_bucket(e.transaction_id, @bounds) as place, e.audit_id,
\ir AuditRowDigest.sql
    as digest
  from audit_event e
  where e.transaction_id >= @from and e.transaction_id < @to and e.recorded_at >= @since and e.recorded_at < @until
) r
group by r.place
order by r.place;
