-- Applies events to documents and records their deliveries and versions. One element of the arrays is one event; no two events of one call
-- concern the same document (WriteQueue ensures that).
--
-- Which event is current. The current event of a document is the greatest by (event_time, log_id, fingerprint), compared as a row, texts
-- byte by byte. The document's row holds the greatest so far, so one comparison with it decides, here in "compared". A greater event
-- replaces it in the row; any other leaves a version, as history, and nothing else. A Replace is compared twice, with the document that it
-- brings and with the one that it supersedes, and may be greater than one and not the other. The greatest element of a set does not depend
-- on the order in which the elements are compared: any order of arrival yields the same documents.
--
-- Along "replaced by" the current events only become greater: the event that supersedes a document has also been compared with its
-- replacement, in this same statement, so the current event of the replacement is that event or a greater one. Hence no chain of
-- replacements has a cycle.
--
-- Why this is correct under READ COMMITTED. LockDocuments.sql ran before, as a statement of its own in the same transaction. Under READ
-- COMMITTED each statement takes a new snapshot when it begins, so this one sees all that earlier holders of these locks committed; and no
-- other transaction writes these documents until this one has committed. So plain reads decide which event is current, every part of this
-- statement sees the same snapshot, and each document is written at most once. (Under REPEATABLE READ the snapshot would be that of
-- LockDocuments.sql, taken before the wait: too old. DatabaseConnection.cs sets the level.)
--
-- The search for an earlier delivery of the same message depends on the same locks: the same message concerns the same document. The unique
-- index delivery_idempotency_key enforces it also against a writer that takes no lock: the later one fails, is repeated and finds the
-- earlier. For the same reason no insert here has "on conflict": a row that is inserted is known to be new, and a conflict check after the
-- index entries doubles the write-ahead log. A document that is written without the lock causes a unique violation, not two rows.
with request as (
  select *
  from unnest(
\ir DeliveryParameters.sql
    , @event_time, @kind, @document_key, @document_id, @document_id_key,
    @original_shard, @original_key, @original_document_id, @original_id_key,
    @fingerprint, @idempotency_key, @is_released, @is_available, @patients_from, @patients_to, @lookup_from, @lookup_to,
    @content_length, @content_sha256, @envelope, @content, @resource, @created_from, @created_to
  ) as r (
\ir DeliveryColumns.sql
    , event_time, kind, document_key, document_id, document_id_key,
    original_shard, original_key, original_document_id, original_id_key,
    fingerprint, idempotency_key, is_released, is_available, patients_from, patients_to, lookup_from, lookup_to,
    content_length, content_sha256, envelope, content, resource, created_from, created_to
  )
),
compared as (
  select
    r.*,
    -- unnest would flatten arrays of arrays: those of all events are slices of one array
    (@patient_keys::uuid[])[r.patients_from:r.patients_to] as patients,
    (@lookup_keys::uuid[])[r.lookup_from:r.lookup_to] as lookup_keys,
    earlier.delivery_id as earlier_id,
    earlier.outcome as earlier_outcome,
    current.state as current_state,
    current.version as current_version,
    current.patient_keys as current_patients,
    original.state as original_state,
    original.patient_keys as original_patients,
    -- true also for a document that does not exist yet
    ((r.event_time, coalesce(r.log_id, ''), r.fingerprint)
      > (current.event_time, current.log_id, current.fingerprint)) is not false as is_greater,
    r.original_key is not null
      and ((r.event_time, coalesce(r.log_id, ''), r.fingerprint)
        > (original.event_time, original.log_id, original.fingerprint)) is not false as is_greater_than_original,
    current.state = 'current' and current.fingerprint = r.fingerprint and current.is_test = r.is_test as is_unchanged
  from request r
  left join delivery earlier on earlier.shard_key = r.shard_key and earlier.idempotency_key = r.idempotency_key
  left join document current on current.shard_key = r.shard_key and current.document_key = r.document_key
  left join document original on original.shard_key = r.original_shard and original.document_key = r.original_key
),
checked as (
  select
    c.*,
    not is_released and cardinality(patients) > 0
      and ((cardinality(current_patients) > 0 and not patients && current_patients) is true
        or (cardinality(original_patients) > 0 and not patients && original_patients) is true) as is_other_patient
  from compared c
),
decided as (
  select
    c.*,
    earlier_id is null and not is_other_patient as is_applied,
    case
      when earlier_id = delivery_id then earlier_outcome -- this delivery itself, whose acknowledgement was lost
      when earlier_id is not null then 'duplicate'
      when is_other_patient then 'other-patient'
      when not is_greater and not is_greater_than_original then 'stale'
      when kind = 'Replace' and original_key is null then 'revised'
      when kind = 'Replace' and original_state is null then 'replaced-unknown'
      when kind = 'Replace' then 'replaced'
      when kind = 'Delete' and current_state is null then 'deleted-unknown'
      when kind = 'Delete' then 'deleted'
      when current_state is null then 'created'
      when current_state = 'deleted' then 'revived'
      when is_unchanged then 'unchanged'
      else 'revised'
    end as outcome
  from checked c
),
recorded as (
  insert into delivery (
\ir DeliveryColumns.sql
    , outcome, event_time, document_key, document_id, original_document_id, fingerprint, idempotency_key, content_bytes)
  select
\ir DeliveryValues.sql
    , outcome, event_time, document_key, document_id, original_document_id,
    fingerprint, case when is_applied then idempotency_key end, content_length
  from decided request
  where outcome <> 'other-patient'
    -- this delivery itself may have been committed before; a scalar subquery reads by index, where PostgreSQL may hash the table for
    -- "exists"
    and (earlier_id is null or (
      select own.delivery_id from delivery own where own.shard_key = request.shard_key and own.delivery_id = request.delivery_id) is null)
),
versioned as (
  insert into document_version (
    shard_key, document_key, delivery_id, state, event_time, log_id, fingerprint, replaced_by_shard, replaced_by_key,
    content_length, content_sha256, envelope, content, resource, created_from, created_to)
  select
    shard_key, document_key, delivery_id, case kind when 'Delete' then 'deleted' else 'current' end, event_time, coalesce(log_id, ''),
    fingerprint, null, null, content_length, content_sha256, envelope, content, resource, created_from, created_to
  from decided
  where is_applied and outcome <> 'unchanged'
  union all
  select
    original_shard, original_key, delivery_id, 'superseded', event_time, coalesce(log_id, ''),
    fingerprint, shard_key, document_key, null, null, null, null, null, null, null
  from decided
  where is_applied and original_key is not null
),
new_state as (
  select
    shard_key, document_key, source, document_id, document_id_key,
    case kind when 'Delete' then 'deleted' else 'current' end as state,
    event_time, coalesce(log_id, '') as log_id, fingerprint,
    case when kind = 'Delete' then null when outcome = 'unchanged' then current_version else delivery_id end as version,
    case when kind = 'Delete' then null else content_length end as content_length,
    null::bigint as replaced_by_shard, null::uuid as replaced_by_key, is_test, is_available,
    -- an event that names no patient does not remove the document's patient
    case when cardinality(patients) = 0 then coalesce(current_patients, patients) else patients end as patient_keys,
    case when kind = 'Delete' then '{}'::uuid[] else lookup_keys end as lookup_keys,
    current_state is not null as exists_already
  from decided
  where is_applied and is_greater
  union all
  select
    original_shard, original_key, source, original_document_id, original_id_key, 'superseded',
    event_time, coalesce(log_id, ''), fingerprint, null, null,
    shard_key, document_key, is_test, is_available,
    case when cardinality(patients) = 0 then coalesce(original_patients, patients) else patients end,
    '{}'::uuid[],
    original_state is not null
  from decided
  where is_applied and is_greater_than_original
),
inserted as (
  insert into document (
    shard_key, document_key, source, document_id, document_id_key, state, event_time, log_id, fingerprint, version, content_length,
    replaced_by_shard, replaced_by_key, is_test, is_available, patient_keys, lookup_keys)
  select
    shard_key, document_key, source, document_id, document_id_key, state, event_time, log_id, fingerprint, version, content_length,
    replaced_by_shard, replaced_by_key, is_test, is_available, patient_keys, lookup_keys
  from new_state
  where not exists_already
),
updated as (
  update document d set
    state = n.state,
    event_time = n.event_time,
    log_id = n.log_id,
    fingerprint = n.fingerprint,
    version = n.version,
    content_length = n.content_length,
    replaced_by_shard = n.replaced_by_shard,
    replaced_by_key = n.replaced_by_key,
    is_test = n.is_test,
    is_available = n.is_available,
    patient_keys = n.patient_keys,
    lookup_keys = n.lookup_keys
  from new_state n
  where n.exists_already and d.shard_key = n.shard_key and d.document_key = n.document_key
)
-- A delivery that finds itself writes nothing and would not wait for a standby, although its earlier commit may not be replicated. The
-- message in the write-ahead log makes this commit wait for both (docs/decisions/0016).
select delivery_id, outcome, case when earlier_id = delivery_id then pg_logical_emit_message(true, 'Redox.Media', '') end
from decided;
