-- Events that did not succeed, newest first, in a part of the audit.
-- The parameters are those of AuditFilter.sql, of which @outcomes has no success, and @count int.
select
\ir AuditColumns.sql
from audit_event e
where e.outcome <> 'success' and
\ir AuditFilter.sql
order by e.recorded_at desc, e.audit_id desc
limit @count;
