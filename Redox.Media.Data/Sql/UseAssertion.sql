-- Uses an assertion of a client: true if it was not used before, also when this statement is repeated because its response was lost.
-- @client_id text, @assertion_key uuid, @token_id uuid, @expires_at timestamptz.
with used as (
  insert into used_assertion (client_id, assertion_key, token_id, expires_at)
  values (@client_id, @assertion_key, @token_id, @expires_at)
  on conflict (client_id, assertion_key) do nothing
  returning token_id
)
select exists (select from used) or exists (
  select from used_assertion where client_id = @client_id and assertion_key = @assertion_key and token_id = @token_id);
