-- Events in the order of time, newest first, in a part of the audit. The index has that order for each agent, which is the requester of a
-- relayed query, or else the caller: of each agent as many are read as there may be in the result. @names text[]: the agents; null for all,
-- which are found one after the other, because there are few, in the months from @first_month to before @end_month timestamptz.
-- The other parameters are those of AuditFilter.sql, and @count int.
with recursive agent (name) as (
  (select coalesce(e.requester, e.caller)
  from audit_event e
  where @names is null and e.recorded_at >= @first_month and e.recorded_at < @end_month
  order by coalesce(e.requester, e.caller)
  limit 1)
  union all
  select (
    select coalesce(e.requester, e.caller)
    from audit_event e
    where coalesce(e.requester, e.caller) > agent.name and e.recorded_at >= @first_month and e.recorded_at < @end_month
    order by coalesce(e.requester, e.caller)
    limit 1)
  from agent
  where agent.name is not null
),
named (name) as (
  select name from agent where name is not null
  union all
  select unnest(@names)
)
select
\ir AuditColumns.sql
from named
cross join lateral (
  select *
  from audit_event e
  where coalesce(e.requester, e.caller) = named.name collate "C" and
\ir AuditFilter.sql
  order by e.recorded_at desc, e.audit_id desc
  limit @count
) e
order by e.recorded_at desc, e.audit_id desc
limit @count;
