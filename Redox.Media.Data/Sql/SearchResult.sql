-- The end of both searches: records the delivery with @query_rule text and the number of documents found, and returns the documents, newest
-- first. @max_inline int, @max_inline_bytes bigint: how many documents, with how many bytes of content together, are returned inline, so
-- that a small response costs one round trip; the others are read when the response is written. @max_documents int: how many are handed out
-- and audited; one more is returned, which says that there are more. For the audit row @address, @token_id, @requester and @criteria text,
-- and the patients that the query names, @asked_patient_keys uuid[].
recorded as (
  insert into delivery (
\ir DeliveryColumns.sql
    , outcome, found, query_rule)
  values (
\ir DeliveryParameters.sql
    , 'answered', (select count(*) from found), @query_rule)
  on conflict (shard_key, delivery_id) do nothing
  returning delivery_id
),
ordered as (
  select
    shard_key, document_key, version, content_length, patient_keys,
    row_number() over newest_first as ordinal,
    sum(coalesce(content_length, 0)) over newest_first as bytes
  from found
  window newest_first as (order by event_time desc, log_id desc, fingerprint desc, document_key)
),
shown as (
  select * from ordered where ordinal <= @max_documents
),
audited as (
  insert into audit_event (
    shard_key, audit_id, act, outcome, caller, address, token_id, requester, criteria, is_test,
    patient_keys, document_shards, document_keys, versions)
  select
    @shard_key, @delivery_id, 'query', 'success', @caller, @address, @token_id, @requester, @criteria, @test,
    nullif(array(select unnest(@asked_patient_keys) union select unnest(patient_keys) from shown), '{}'),
    nullif(array(select shard_key from shown order by shard_key, document_key), '{}'),
    nullif(array(select document_key from shown order by shard_key, document_key), '{}'),
    nullif(array(select version from shown order by shard_key, document_key), '{}')
  from recorded
),
repeated as (
  select where not exists (select from recorded)
)
select
  o.shard_key, o.document_key, o.version, o.content_length,
  inline.document_key as version_document_key, inline.delivery_id, inline.content_length as version_content_length,
  inline.content_checksum, inline.envelope, inline.content
from ordered o
left join lateral (
  select v.document_key, v.delivery_id, v.content_length, v.content_checksum, v.envelope, v.content
  from document_version v
  where v.shard_key = o.shard_key and v.document_key = o.document_key and v.delivery_id = o.version
    and o.ordinal <= @max_inline and o.bytes <= @max_inline_bytes
) inline on true
where o.ordinal <= @max_documents + 1
order by o.ordinal
offset
\ir WaitForRepeated.sql
;
