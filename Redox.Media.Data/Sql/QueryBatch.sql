-- Answers queries that each name one DocumentID and have no other criterion, as most do: many queries in one statement and one commit. One
-- element of the arrays is one query: its delivery (DeliveryParameters.sql), @query_rule text, @document_id_key uuid, @test boolean,
-- @sources text: an array literal with the sources whose documents the query may see, or null for all; and for its audit row @address,
-- @token_id, @requester and @criteria text.
-- @max_inline int: documents found of one query; @max_inline_bytes bigint: bytes of a file that is returned inline. The only document of a
-- query is returned inline without its file if the file is larger.
--
-- A query that needs more - a superseded document, whose replacement must be followed, or many documents with one ID - is not answered here
-- and leaves no row: its documents are returned with needs_own_statement, and it is repeated as a statement of its own. So is each query of
-- a statement that failed. This statement is never repeated, so its rows are always new.
with request as (
  select *
  from unnest(
\ir DeliveryParameters.sql
    , @query_rule, @document_id_key, @test, @sources, @address, @token_id, @requester, @criteria
  ) as r (
\ir DeliveryColumns.sql
    , query_rule, document_id_key, test, sources, address, token_id, requester, criteria
  )
),
found as materialized (
  select
    request.delivery_id as request_id,
    d.shard_key, d.document_key, d.state, d.version, d.content_length, d.event_time, d.log_id, d.fingerprint, d.patient_keys
  from request
  cross join lateral (
    select request.sources::text[] as sources, true as sees_production, request.test as sees_test, null::uuid as fhir_key
  ) viewer
  join document d on d.document_id_key = request.document_id_key
  where d.state = 'superseded' or (d.state = 'current' and
\ir VisibleDocument.sql
    )
),
counted as materialized (
  select
    request_id, count(*) as found, bool_or(state = 'superseded') or count(*) > @max_inline as needs_own_statement,
    concatenate(patient_keys) as patient_keys, array_agg(shard_key) as document_shards, array_agg(document_key) as document_keys,
    array_agg(version) as versions
  from found
  group by request_id
),
recorded as (
  insert into delivery (
\ir DeliveryColumns.sql
    , outcome, found, query_rule)
  select
\ir DeliveryValues.sql
    , 'answered', coalesce(counted.found, 0), request.query_rule
  from request
  left join counted on counted.request_id = request.delivery_id
  where counted.needs_own_statement is not true
),
audited as (
  insert into audit_event (
    shard_key, audit_id, act, outcome, caller, address, token_id, requester, criteria, is_test,
    patient_keys, document_shards, document_keys, versions)
  select
    request.shard_key, request.delivery_id, 'query', 'success', request.caller, request.address, request.token_id, request.requester,
    request.criteria, request.test,
    nullif(counted.patient_keys, '{}'), counted.document_shards, counted.document_keys, counted.versions
  from request
  left join counted on counted.request_id = request.delivery_id
  where counted.needs_own_statement is not true
)
select
  f.request_id, c.needs_own_statement, f.shard_key, f.document_key, f.version, f.content_length,
  v.document_key as version_document_key, v.delivery_id, v.content_length as version_content_length, v.content_checksum, v.envelope,
  case when f.content_length <= @max_inline_bytes then v.content end as content
from found f
join counted c on c.request_id = f.request_id
left join document_version v on v.shard_key = f.shard_key and v.document_key = f.document_key and v.delivery_id = f.version
  and not c.needs_own_statement and (c.found = 1 or coalesce(f.content_length, 0) <= @max_inline_bytes)
order by f.request_id, f.event_time desc, f.log_id desc, f.fingerprint desc, f.document_key;
