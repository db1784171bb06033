-- All registered clients with their keys, a row for each key; a client without keys has one row.
select
  c.client_id, c.name, c.source_id, c.scopes, c.visible_sources, c.max_requests_per_second, c.epoch, c.registered_at, c.revoked_at,
  c.is_engine, c.page_secret, c.jwks_url, k.key_id, k.jwk, k.secret_digest, k.added_at, k.retired_at
from registered_client c
left join client_key k on k.client_id = c.client_id
order by c.client_id, k.added_at, k.key_id;
