-- The audit row of a FHIR search, with the documents of its page; a part of the statements that search. @address, @token_id, @requester and
-- @criteria text; @asked_patient_keys uuid[]: the patients that the search names.
shown as (
  select * from page order by last_updated desc, document_key desc limit @count
),
audited as (
  insert into audit_event (
    shard_key, audit_id, act, outcome, caller, address, token_id, requester, criteria, is_test,
    patient_keys, document_shards, document_keys, versions)
  select
    @shard_key, @delivery_id, 'search', 'success', @caller, @address, @token_id, @requester, @criteria, @test,
    nullif(array(select unnest(@asked_patient_keys) union select unnest(patient_keys) from shown), '{}'),
    nullif(array(select shard_key from shown order by shard_key, document_key), '{}'),
    nullif(array(select document_key from shown order by shard_key, document_key), '{}'),
    nullif(array(select version from shown order by shard_key, document_key), '{}')
  from recorded
),
