-- Failed authentications, each with what is stored of its address, endpoint and minute already. @shard_keys bigint[], @addresses text[],
-- @endpoints text[], @minutes timestamptz[], @credentials text[] (of array literals), @failures bigint[]. In one order, so that instances
-- of the service do not wait for each other's rows in a circle.
insert into failed_authentication as stored (shard_key, address, endpoint, minute, credentials, failures)
select shard_key, address, endpoint, minute, credentials::credential_kind[], failures
from unnest(@shard_keys, @addresses, @endpoints, @minutes, @credentials, @failures)
  as added (shard_key, address, endpoint, minute, credentials, failures)
order by shard_key, address, endpoint, minute
on conflict (shard_key, address, endpoint, minute) do update set
  credentials = array(select distinct kind from unnest(stored.credentials || excluded.credentials) kind order by kind)::credential_kind[],
  failures = stored.failures + excluded.failures;
