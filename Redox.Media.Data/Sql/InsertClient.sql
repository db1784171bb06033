-- Registers a client without keys, unless there is one with this ID. @client_id text, @name text, @source_id text, @scopes text[],
-- @visible_sources text[], @max_requests_per_second integer (null for the setting), @now timestamptz.
insert into registered_client (client_id, name, source_id, scopes, visible_sources, max_requests_per_second, registered_at)
values (@client_id, @name, @source_id, @scopes, @visible_sources, @max_requests_per_second, @now)
on conflict (client_id) do nothing;
