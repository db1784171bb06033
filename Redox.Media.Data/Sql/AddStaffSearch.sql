-- Keeps a search among the last of a session, newest first. @session_id uuid, @search_id uuid, @search text, @count int.
update staff_session
set search_ids = (array[@search_id] || search_ids)[:@count], searches = (array[@search] || searches)[:@count]
where session_id = @session_id and ended_at is null;
