-- Events in which a delivery was shown, opened or released, newest first, in a part of the audit.
-- The parameters are those of AuditFilter.sql, @delivery uuid and @count int.
select
\ir AuditColumns.sql
from audit_event e
where e.deliveries @> array[@delivery] and
\ir AuditFilter.sql
order by e.recorded_at desc, e.audit_id desc
limit @count;
