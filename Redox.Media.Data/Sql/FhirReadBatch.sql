-- Reads documents by their FHIR ids, each as it is now or at a version, and records the deliveries that asked for them: many reads in one
-- statement and one commit. One element of the arrays is one read: its delivery (DeliveryParameters.sql) and its @ordinal int. The id is
-- the shard key and the upper half of the document's key: @document_shard bigint, @first_key and @last_key uuid, a range of the primary key
-- that contains one document. @version uuid, null for the current one. @sources text[] of all reads, of which a read may see those from
-- @sources_from to @sources_to, or all when these are null. @max_inline_bytes int: the size up to which a file is returned inline.
-- @fhir_key uuid: see VisibleDocument.sql. For the audit rows @act, @address, @token_id, @requester and @criteria text. A document that is
-- deleted or superseded is returned without a version: it is gone, and so are its earlier versions. Of a document that staff have moved to
-- another patient, versions older than the move are not found: they name the wrong one. "failure" names what is wrong with a current
-- version that is not as it was written (IntegrityFailures). A read whose response was lost is repeated by itself with the same parameters;
-- its row may have been committed, hence "on conflict".
with request as (
  select *
  from unnest(
\ir DeliveryParameters.sql
    , @ordinal, @document_shard, @first_key, @last_key, @version, @max_inline_bytes, @sources_from, @sources_to,
      @act, @address, @token_id, @requester, @criteria
  ) as r (
\ir DeliveryColumns.sql
    , ordinal, document_shard, first_key, last_key, version, max_inline_bytes, sources_from, sources_to,
      act, address, token_id, requester, criteria
  )
),
found as materialized (
  select
    d.shard_key, d.document_key, d.source, d.document_id, d.replaced_by_shard, d.replaced_by_key,
    case when v.delivery_id = d.version then d.last_updated else v.last_updated end as last_updated,
    case when d.state = 'current' then coalesce(request.version, d.version) end as version, v.delivery_id = d.version as is_current,
    v.content_length, v.content_checksum, v.content_sha256, v.envelope, v.resource,
    case when v.content_length <= request.max_inline_bytes then v.content end as content,
    case
      when d.state <> 'current' or coalesce(request.version, d.version) <> d.version then null
      when v.delivery_id is null then 'missing-version'
      when v.content_length is distinct from d.content_length then 'wrong-length'
    end as failure,
    request.ordinal, d.patient_keys, d.is_test
  from request
  cross join lateral (
    select
      (@sources::text[])[request.sources_from:request.sources_to] as sources, true as sees_production, true as sees_test,
      @fhir_key as fhir_key
  ) viewer
  join document d on d.shard_key = request.document_shard and d.document_key between request.first_key and request.last_key
  -- "offset 0" makes PostgreSQL look up the whole key: planned for empty tables, it would read all versions of the document
  left join lateral (
    select *
    from document_version
    where shard_key = d.shard_key and document_key = d.document_key and delivery_id = coalesce(request.version, d.version)
    offset 0
  ) v on d.state = 'current' and v.state = 'current'
  where (d.state <> 'current' or v.delivery_id is not null or coalesce(request.version, d.version) = d.version)
    and (d.moved_at is null or v.last_updated >= d.moved_at) is not false and
\ir VisibleDocument.sql
),
recorded as (
  insert into delivery (
\ir DeliveryColumns.sql
    , outcome, document_key, document_id, found)
  select
\ir DeliveryValues.sql
    , 'answered', found.document_key, found.document_id, case when found.version is null then 0 else 1 end
  from request
  left join found on found.ordinal = request.ordinal
  on conflict (shard_key, delivery_id) do nothing
  returning delivery_id
),
audited as (
  insert into audit_event (
    shard_key, audit_id, act, outcome, caller, address, token_id, requester, criteria, is_test,
    patient_keys, document_shards, document_keys, versions)
  select
    request.shard_key, request.delivery_id, request.act,
    case when found.failure is not null then 'failed' when found.version is null then 'not-found' else 'success' end,
    request.caller, request.address, request.token_id, request.requester, request.criteria, coalesce(found.is_test, false),
    nullif(found.patient_keys, '{}'),
    case when found.document_key is not null then array[found.shard_key] end,
    case when found.document_key is not null then array[found.document_key] end,
    case when found.document_key is not null then array[found.version] end
  from recorded
  join request on request.delivery_id = recorded.delivery_id
  left join found on found.ordinal = request.ordinal
),
repeated as (
  select where not exists (select from recorded)
)
select
  shard_key, document_key, source, document_id, replaced_by_shard, replaced_by_key, last_updated, version, is_current,
  content_length, content_checksum, content_sha256, envelope, resource, content, failure, ordinal
from found
offset
\ir WaitForRepeated.sql
;
