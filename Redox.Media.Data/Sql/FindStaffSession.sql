-- A session. @session_id uuid.
select
  session_id, staff, issuer, roles, sources, token_id, address, started_at, seen_at, expires_at, ended_at, reveal_until, reveal_reason
from staff_session
where session_id = @session_id;
