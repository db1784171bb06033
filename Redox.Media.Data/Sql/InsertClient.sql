-- Registers a client without keys, unless there is one with this ID. @client_id text, @name text, @source_id text, @scopes text[],
-- @visible_sources text[], @max_requests_per_second integer (null for the setting), @is_engine boolean, @jwks_url text (null for a client
-- whose keys are registered), @now timestamptz.
insert into registered_client (
  client_id, name, source_id, scopes, visible_sources, max_requests_per_second, is_engine, jwks_url, registered_at)
values (@client_id, @name, @source_id, @scopes, @visible_sources, @max_requests_per_second, @is_engine, @jwks_url, @now)
on conflict (client_id) do nothing;
