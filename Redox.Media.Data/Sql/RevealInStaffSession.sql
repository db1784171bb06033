-- Shows values of messages in a session until a time, or no longer. @session_id uuid, @until timestamptz and @reason text (null to end it).
update staff_session set reveal_until = @until, reveal_reason = @reason where session_id = @session_id and ended_at is null;
