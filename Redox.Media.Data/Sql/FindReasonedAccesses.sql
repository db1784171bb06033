-- Accesses with a reason, newest first, before (@before_at timestamptz, @before_id uuid): those that have been reviewed, or those that
-- have not (@is_reviewed boolean). @count int.
select
\ir AuditColumns.sql
  , r.reviewer, r.reviewed_at
from audit_event e
left join staff_review r on r.shard_key = e.shard_key and r.audit_id = e.audit_id
where e.reason is not null and e.recorded_at <= @before_at and (e.recorded_at, e.audit_id) < (@before_at, @before_id)
  and (r.audit_id is not null) = @is_reviewed
order by e.recorded_at desc, e.audit_id desc
limit @count;
