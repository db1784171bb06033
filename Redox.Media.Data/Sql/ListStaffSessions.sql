-- The sessions of a person that have begun after a time, newest first. @staff text, @since timestamptz, @limit int.
select
  session_id, staff, issuer, roles, sources, token_id, address, started_at, seen_at, expires_at, ended_at, reveal_until, reveal_reason
from staff_session
where staff = @staff and started_at >= @since
order by started_at desc
limit @limit;
