-- Revokes a client and the tokens that it has. @client_id text, @now timestamptz.
update registered_client set epoch = epoch + 1, revoked_at = @now where client_id = @client_id and revoked_at is null;
