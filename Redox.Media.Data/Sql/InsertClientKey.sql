-- Adds a key or a secret to a client that is not revoked, unless it has or had one with this ID, or has @max_live of this kind that are not
-- retired; a key only if the client has no JWKS address. @client_id text, @key_id text, @jwk text (null for a secret), @secret_digest bytea
-- (null for a key), @now timestamptz, @max_live integer.
insert into client_key (client_id, key_id, jwk, secret_digest, added_at)
select @client_id, @key_id, @jwk, @secret_digest, @now
where exists (
    select from registered_client where client_id = @client_id and revoked_at is null and (jwks_url is null or @jwk is null))
  and (
    select count(*) from client_key where client_id = @client_id and retired_at is null and (jwk is null) = (@jwk is null)) < @max_live
on conflict (client_id, key_id) do nothing;
