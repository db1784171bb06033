-- Applies events to the register and leaves their deliveries and versions. One row of the arrays is one event; no two events of one
-- call touch the same document (EventWriter sees to it).
--
-- How the winner is decided. A document is won by the event that is greatest by (event_time, log_id, fingerprint), compared as a row,
-- texts byte by byte. The document's row holds the greatest so far, so one comparison with it decides, here in "compared". A greater one
-- takes the row over; any other leaves a version, as history, and nothing else. A Replace is compared twice, with the document it
-- brings and with the one it supersedes, and may win one and not the other. The greatest of a set does not depend on the order in
-- which the set is read: any order of arrival ends in the same register.
--
-- Along "replaced by" the winners only grow: the event that supersedes a document has also been compared with its successor, in this
-- same statement, so the successor's winner is that event or a greater one. Hence no chain turns in a circle.
--
-- Why it is safe under READ COMMITTED. LockDocuments ran before, as a statement of its own in the same transaction. Under READ
-- COMMITTED each statement takes a new snapshot when it begins, so this one sees all that earlier holders of these locks committed;
-- and nobody else writes these documents until we have committed. So plain reads judge the winner, every part of this statement sees
-- the same snapshot, and each document is written at most once. (Under REPEATABLE READ the snapshot would be that of LockDocuments,
-- taken before the wait: too old. DatabaseConnection.cs sees to the level.)
--
-- The look at earlier deliveries rests on the same locks: the same message is for the same document. Behind it stands the unique index
-- delivery_idempotency_key, which holds even against a writer that takes no lock: the later one fails, tries again and finds the earlier.
-- For the same reason nothing here is inserted "on conflict": what is new is known to be new, and a row that is confirmed after its indexes
-- costs the log twice. A document that somebody writes without the lock ends in a unique violation, not in two rows.
with arrival as (
  select *
  from unnest(
    @shard_key, @delivery_id, @received_at, @caller, @source, @data_model, @event_type, @event_time, @is_test,
    @log_id, @attempt_id, @other_ids, @log_hash, @attempt_hash, @other_hashes,
    @kind, @document_key, @document_id, @document_id_key, @original_shard, @original_key, @original_document_id, @original_id_key,
    @fingerprint, @idempotency_key, @is_released, @is_available, @patients_from, @patients_to, @lookup_from, @lookup_to,
    @body_bytes, @content_length, @content_sha256, @envelope, @content,
    @resource, @created_from, @created_to
  ) as a (
    shard_key, delivery_id, received_at, caller, source, data_model, event_type, event_time, is_test,
    log_id, attempt_id, other_ids, log_hash, attempt_hash, other_hashes,
    kind, document_key, document_id, document_id_key, original_shard, original_key, original_document_id, original_id_key,
    fingerprint, idempotency_key, is_released, is_available, patients_from, patients_to, lookup_from, lookup_to,
    body_bytes, content_length, content_sha256, envelope, content,
    resource, created_from, created_to
  )
),
compared as (
  select
    a.*,
    -- rows whose own columns are arrays cannot be unnested: theirs are parts of one array
    (@patient_keys::uuid[])[a.patients_from:a.patients_to] as patients,
    (@lookup_keys::uuid[])[a.lookup_from:a.lookup_to] as lookup_keys,
    earlier.delivery_id as earlier_id,
    earlier.outcome as earlier_outcome,
    standing.state as standing_state,
    standing.version as standing_version,
    standing.patient_keys as standing_patients,
    original.state as original_state,
    original.patient_keys as original_patients,
    -- true also where nothing stands yet
    ((a.event_time, coalesce(a.log_id, ''), a.fingerprint)
      > (standing.event_time, standing.log_id, standing.fingerprint)) is not false as wins,
    a.original_key is not null
      and ((a.event_time, coalesce(a.log_id, ''), a.fingerprint)
        > (original.event_time, original.log_id, original.fingerprint)) is not false as wins_original,
    standing.state = 'current' and standing.fingerprint = a.fingerprint and standing.is_test = a.is_test as says_the_same
  from arrival a
  left join delivery earlier on earlier.shard_key = a.shard_key and earlier.idempotency_key = a.idempotency_key
  left join document standing on standing.shard_key = a.shard_key and standing.document_key = a.document_key
  left join document original on original.shard_key = a.original_shard and original.document_key = a.original_key
),
checked as (
  select
    c.*,
    not is_released and cardinality(patients) > 0
      and ((cardinality(standing_patients) > 0 and not patients && standing_patients) is true
        or (cardinality(original_patients) > 0 and not patients && original_patients) is true) as is_other_patient
  from compared c
),
judged as (
  select
    c.*,
    earlier_id is null and not is_other_patient as applies,
    case
      when earlier_id = delivery_id then earlier_outcome -- our own earlier try, whose acknowledgement was lost
      when earlier_id is not null then 'duplicate'
      when is_other_patient then 'other-patient'
      when not wins and not wins_original then 'stale'
      when kind = 'Replace' and original_key is null then 'revised'
      when kind = 'Replace' and original_state is null then 'replaced-unknown'
      when kind = 'Replace' then 'replaced'
      when kind = 'Delete' and standing_state is null then 'deleted-unknown'
      when kind = 'Delete' then 'deleted'
      when standing_state is null then 'created'
      when standing_state = 'deleted' then 'revived'
      when says_the_same then 'unchanged'
      else 'revised'
    end as outcome
  from checked c
),
delivered as (
  insert into delivery (
    shard_key, delivery_id, received_at, caller, outcome, source, data_model, event_type, event_time, is_test,
    log_id, attempt_id, other_ids, log_hash, attempt_hash, other_hashes, document_key, document_id, original_document_id,
    fingerprint, idempotency_key, body_bytes, content_bytes)
  select
    shard_key, delivery_id, received_at, caller, outcome, source, data_model, event_type, event_time, is_test,
    log_id, attempt_id, other_ids::text[], log_hash, attempt_hash, other_hashes::bigint[], document_key, document_id, original_document_id,
    fingerprint, case when applies then idempotency_key end, body_bytes, content_length
  from judged
  where outcome <> 'other-patient'
    -- our own earlier try of it may have been committed; a value is looked up, where "exists" may be answered by a hash of the whole table
    and (earlier_id is null or (
      select mine.delivery_id from delivery mine where mine.shard_key = judged.shard_key and mine.delivery_id = judged.delivery_id) is null)
),
versioned as (
  insert into document_version (
    shard_key, document_key, delivery_id, state, event_time, log_id, fingerprint, replaced_by_shard, replaced_by_key,
    content_length, content_sha256, envelope, content, resource, created_from, created_to)
  select
    shard_key, document_key, delivery_id, case kind when 'Delete' then 'deleted' else 'current' end, event_time, coalesce(log_id, ''),
    fingerprint, null, null, content_length, content_sha256, envelope, content, resource, created_from, created_to
  from judged
  where applies and outcome <> 'unchanged'
  union all
  select
    original_shard, original_key, delivery_id, 'superseded', event_time, coalesce(log_id, ''),
    fingerprint, shard_key, document_key, null, null, null, null, null, null, null
  from judged
  where applies and original_key is not null
),
register as (
  select
    shard_key, document_key, source, document_id, document_id_key,
    case kind when 'Delete' then 'deleted' else 'current' end as state,
    event_time, coalesce(log_id, '') as log_id, fingerprint,
    case when kind = 'Delete' then null when outcome = 'unchanged' then standing_version else delivery_id end as version,
    case when kind = 'Delete' then null else content_length end as content_length,
    null::bigint as replaced_by_shard, null::uuid as replaced_by_key, is_test, is_available,
    -- an event that names no patient does not make the document anybody's
    case when cardinality(patients) = 0 then coalesce(standing_patients, patients) else patients end as patient_keys,
    case when kind = 'Delete' then '{}'::uuid[] else lookup_keys end as lookup_keys,
    standing_state is not null as is_known
  from judged
  where applies and wins
  union all
  select
    original_shard, original_key, source, original_document_id, original_id_key, 'superseded',
    event_time, coalesce(log_id, ''), fingerprint, null, null,
    shard_key, document_key, is_test, is_available,
    case when cardinality(patients) = 0 then coalesce(original_patients, patients) else patients end,
    '{}'::uuid[],
    original_state is not null
  from judged
  where applies and wins_original
),
registered as (
  insert into document (
    shard_key, document_key, source, document_id, document_id_key, state, event_time, log_id, fingerprint, version, content_length,
    replaced_by_shard, replaced_by_key, is_test, is_available, patient_keys, lookup_keys)
  select
    shard_key, document_key, source, document_id, document_id_key, state, event_time, log_id, fingerprint, version, content_length,
    replaced_by_shard, replaced_by_key, is_test, is_available, patient_keys, lookup_keys
  from register
  where not is_known
),
renewed as (
  update document d set
    state = r.state,
    event_time = r.event_time,
    log_id = r.log_id,
    fingerprint = r.fingerprint,
    version = r.version,
    content_length = r.content_length,
    replaced_by_shard = r.replaced_by_shard,
    replaced_by_key = r.replaced_by_key,
    is_test = r.is_test,
    is_available = r.is_available,
    patient_keys = r.patient_keys,
    lookup_keys = r.lookup_keys
  from register r
  where r.is_known and d.shard_key = r.shard_key and d.document_key = r.document_key
)
select delivery_id, outcome
from judged;
