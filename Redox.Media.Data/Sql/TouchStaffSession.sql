-- Notes a request. @session_id uuid, @now timestamptz.
update staff_session set seen_at = greatest(seen_at, @now) where session_id = @session_id and ended_at is null;
