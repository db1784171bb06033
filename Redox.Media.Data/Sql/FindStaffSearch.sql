-- The text of a search of a session. @session_id uuid, @search_id uuid.
select searches[array_position(search_ids, @search_id)] from staff_session where session_id = @session_id;
