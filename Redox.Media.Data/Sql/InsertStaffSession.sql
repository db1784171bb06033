-- Adds a session. The searches of the person's sessions that have expired are forgotten. The statement may be repeated.
-- @session_id uuid, @staff text, @issuer text, @roles text[], @sources text[], @token_id text, @address text, @now timestamptz,
-- @expires_at timestamptz.
with expired as (
  update staff_session set search_ids = null, searches = null
  where staff = @staff and expires_at < @now and searches is not null
)
insert into staff_session (session_id, staff, issuer, roles, sources, token_id, address, started_at, seen_at, expires_at)
values (@session_id, @staff, @issuer, @roles, @sources, @token_id, @address, @now, @now, @expires_at)
on conflict (session_id) do nothing;
