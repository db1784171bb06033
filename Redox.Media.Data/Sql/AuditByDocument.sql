-- Events about documents, newest first, in a part of the audit.
-- The parameters are those of AuditFilter.sql, of which @document_keys is not null, and @count int.
select
\ir AuditColumns.sql
from audit_event e
where e.document_keys && @document_keys and
\ir AuditFilter.sql
order by e.recorded_at desc, e.audit_id desc
limit @count;
