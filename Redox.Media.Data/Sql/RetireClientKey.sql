-- Retires a key of a client; the tokens that the client has are not valid any more. @client_id text, @key_id text, @now timestamptz.
with retired as (
  update client_key set retired_at = @now where client_id = @client_id and key_id = @key_id and retired_at is null returning client_id
)
update registered_client set epoch = epoch + 1
where client_id in (select client_id from retired);
