-- Events about patients, newest first, in a part of the audit.
-- The parameters are those of AuditFilter.sql, of which @patient_keys is not null, and @count int.
select
\ir AuditColumns.sql
from audit_event e
where e.patient_keys && @patient_keys and
\ir AuditFilter.sql
order by e.recorded_at desc, e.audit_id desc
limit @count;
