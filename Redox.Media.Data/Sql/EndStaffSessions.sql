-- Ends a session of a person, or all, and forgets their searches. @staff text, @session_id uuid (null for all), @now timestamptz.
update staff_session
set ended_at = @now, reveal_until = null, reveal_reason = null, search_ids = null, searches = null
where staff = @staff and ended_at is null and (@session_id is null or session_id = @session_id);
