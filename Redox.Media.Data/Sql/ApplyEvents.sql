-- Applies events to documents and records their deliveries and versions. One element of the arrays is one event; no two events of one call
-- concern the same document (WriteQueue ensures that).
--
-- Which event is current. The current event of a document is the greatest by (event_time, event_rank, log_id, fingerprint), compared as a
-- row, texts byte by byte. event_rank is 0 for a New, 1 for a Replace and 2 for a Delete, so that at one event time a Delete beats a
-- Replace and a Replace beats a New, whatever their log IDs. The document's row holds the greatest so far, so one comparison with it
-- decides, here in "compared". A greater event replaces it in the row; any other leaves a version, as history, and nothing else. A Replace
-- is compared twice, with the document that it brings and with the one that it supersedes, and may be greater than one and not the other.
-- The greatest element of a set does not depend on the order in which the elements are compared: any order of arrival yields the same
-- documents.
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
-- "updated" compares once more, with the row as it is when it is written. While the locks are held that changes nothing. A writer without
-- them waits for the row of the other writer, PostgreSQL then evaluates the condition with the row that the other one committed, and an
-- event that is not the greatest any more writes nothing. So the row holds the greatest event under any concurrency. The outcome is
-- decided afterwards, in "settled", from the rows that were written.
--
-- The search for an earlier delivery of the same message depends on the same locks: the same message concerns the same document. The unique
-- index delivery_idempotency_key enforces it also against a writer that takes no lock: the later one fails, is repeated and finds the
-- earlier. For the same reason no insert here has "on conflict": a row that is inserted is known to be new, and a conflict check after the
-- index entries doubles the write-ahead log. A document that is written without the lock causes a unique violation, not two rows.
--
-- An event without any ID and time has the ID of its delivery as its key, by which only this delivery itself is found. Nothing tells a
-- repeat of such an event from the same event at another time, so it is a duplicate while an equal one, also without ID and time, is
-- current, in each document that it concerns.
--
-- Whose document it is. All identifiers that current events of a document have named since its last release count, not only those of the
-- current one: otherwise a document could move to another patient in steps, each of which shares an identifier with the one before. A
-- release takes the identifiers of its event over in their place.
--
-- What staff have corrected. A hidden document stays hidden, because no event writes is_hidden. A Replace of a hidden document is set aside
-- unless it is released: its document would show what was hidden. A New or Replace of a document that was moved to another patient, or the
-- Replace of one, is set aside if it names a patient from whom the document was moved, or none; a release does not change that, staff move
-- the document back. A Delete is applied whichever of the two patients it names, and leaves the identifiers as they are. See
-- docs/decisions/0030.
--
-- Who may change it. A New of a caller without may_revise is applied only if it creates a document, leaves it unchanged or is stale. This
-- is decided here, under the lock: what the New does depends on the stored document. It is decided before the patients are compared, so
-- that the response tells the caller nothing of the patient.
--
-- What is large. Envelope, content and resource are read from their arrays, by the ordinality of the event ("place"), where the version is
-- inserted. As columns of "request" they would be copied into the rows of each later CTE.
--
-- When it was changed. "decided" takes the time of each event, after LockDocuments.sql has shown that this transaction writes: searches by
-- _lastUpdated depend on that order (docs/decisions/0019).
with request as (
  select r.*, (array['New', 'Replace', 'Delete'])[r.event_rank + 1] as kind
  from unnest(
\ir DeliveryParameters.sql
    , @event_time, @event_time_adjusted_from, @event_rank, @document_key, @document_id, @document_id_key,
    @original_shard, @original_key, @original_document_id, @original_id_key,
    @fingerprint, @idempotency_key, @is_released, @may_revise, @is_available, @patients_from, @patients_to, @lookup_from, @lookup_to,
    @content_length, @content_checksum, @content_sha256, @created_from, @created_to
  ) with ordinality as r (
\ir DeliveryColumns.sql
    , event_time, event_time_adjusted_from, event_rank, document_key, document_id, document_id_key,
    original_shard, original_key, original_document_id, original_id_key,
    fingerprint, idempotency_key, is_released, may_revise, is_available, patients_from, patients_to, lookup_from, lookup_to,
    content_length, content_checksum, content_sha256, created_from, created_to, place
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
    (r.idempotency_key = r.delivery_id
      and not current.is_identified and current.fingerprint = r.fingerprint
      and (r.original_key is null or not original.is_identified and original.fingerprint = r.fingerprint)) is true as is_repeated,
    current.state as current_state,
    current.version as current_version,
    current.last_updated as current_last_updated,
    current.content_length as current_content_length,
    current.patient_keys as current_patients,
    current.earlier_patient_keys as current_earlier_patients,
    current.patient_keys || current.earlier_patient_keys as current_known_patients,
    current.wrong_patient_keys as current_wrong_patients,
    original.state as original_state,
    original.patient_keys as original_patients,
    original.earlier_patient_keys as original_earlier_patients,
    original.patient_keys || original.earlier_patient_keys as original_known_patients,
    original.wrong_patient_keys as original_wrong_patients,
    original.is_hidden as original_is_hidden,
    -- true also for a document that does not exist yet
    ((r.event_time, r.event_rank, coalesce(r.log_id, ''), r.fingerprint)
      > (current.event_time, current.event_rank, current.log_id, current.fingerprint)) is not false as is_greater,
    r.original_key is not null
      and ((r.event_time, r.event_rank, coalesce(r.log_id, ''), r.fingerprint)
        > (original.event_time, original.event_rank, original.log_id, original.fingerprint)) is not false as is_greater_than_original,
    r.kind = 'New' and current.state = 'current' and current.fingerprint = r.fingerprint as is_unchanged
  from request r
  left join delivery earlier on earlier.shard_key = r.shard_key and earlier.idempotency_key = r.idempotency_key
  left join document current on current.shard_key = r.shard_key and current.document_key = r.document_key
  left join document original on original.shard_key = r.original_shard and original.document_key = r.original_key
),
checked as (
  select
    c.*,
    not may_revise and kind = 'New' and is_greater and current_state is not null and not is_unchanged as is_forbidden,
    case
      when original_is_hidden and not is_released then 'hidden-document'
      when kind <> 'Delete' and (
        current_wrong_patients is not null and (cardinality(patients) = 0 or patients && current_wrong_patients)
        or original_wrong_patients is not null and (cardinality(patients) = 0 or patients && original_wrong_patients))
        then 'moved-document'
      when not is_released and cardinality(patients) > 0 and (
        is_other_patient(patients, current_known_patients || current_wrong_patients)
        or is_other_patient(patients, original_known_patients)) is true
        then 'other-patient'
    end as rejection,
    -- an event that names no patient does not remove the document's patient
    cardinality(patients) = 0 or kind = 'Delete' and (patients && current_wrong_patients) is true as keeps_patients
  from compared c
),
decided as (
  select
    c.*, earlier_id is null and not is_repeated and not is_forbidden and rejection is null as is_applied,
    clock_timestamp() as changed_at
  from checked c
),
new_state as (
  select
    shard_key, document_key, source, document_id, document_id_key,
    case kind when 'Delete' then 'deleted' else 'current' end as state,
    case when is_unchanged then current_last_updated else changed_at end as last_updated,
    event_time, event_rank, coalesce(log_id, '') as log_id, fingerprint,
    case when kind = 'Delete' then null when is_unchanged then current_version else delivery_id end as version,
    -- of a version whose file was fetched from another host the message has none
    case when kind = 'Delete' then null when is_unchanged then current_content_length else content_length end as content_length,
    null::bigint as replaced_by_shard, null::uuid as replaced_by_key, idempotency_key <> delivery_id as is_identified,
    is_test, is_available,
    case when keeps_patients then coalesce(current_patients, patients) else patients end as patient_keys,
    case
      when keeps_patients then current_earlier_patients
      when not is_released and not current_known_patients <@ patients
        then keys_without(current_known_patients, patients)
    end as earlier_patient_keys,
    case when kind = 'Delete' then '{}'::uuid[] else lookup_keys end as lookup_keys,
    current_state is not null as exists_already
  from decided
  where is_applied and is_greater
  union all
  select
    original_shard, original_key, source, original_document_id, original_id_key, 'superseded', changed_at,
    event_time, event_rank, coalesce(log_id, ''), fingerprint, null, null,
    shard_key, document_key, idempotency_key <> delivery_id, is_test, is_available,
    case when keeps_patients then coalesce(original_patients, patients) else patients end,
    case
      when keeps_patients then original_earlier_patients
      when not is_released and not original_known_patients <@ patients
        then keys_without(original_known_patients, patients)
    end,
    '{}'::uuid[],
    original_state is not null
  from decided
  where is_applied and is_greater_than_original
),
inserted as (
  insert into document (
    shard_key, document_key, source, document_id, document_id_key, state, last_updated, event_time, event_rank, log_id, fingerprint,
    version, content_length, replaced_by_shard, replaced_by_key, is_identified, is_test, is_available, patient_keys,
    earlier_patient_keys, lookup_keys)
  select
    shard_key, document_key, source, document_id, document_id_key, state, last_updated, event_time, event_rank, log_id, fingerprint,
    version, content_length, replaced_by_shard, replaced_by_key, is_identified, is_test, is_available, patient_keys,
    earlier_patient_keys, lookup_keys
  from new_state
  where not exists_already
),
updated as (
  update document d set
    state = n.state,
    last_updated = n.last_updated,
    event_time = n.event_time,
    event_rank = n.event_rank,
    log_id = n.log_id,
    fingerprint = n.fingerprint,
    version = n.version,
    content_length = n.content_length,
    replaced_by_shard = n.replaced_by_shard,
    replaced_by_key = n.replaced_by_key,
    is_identified = n.is_identified,
    is_available = n.is_available,
    patient_keys = n.patient_keys,
    earlier_patient_keys = n.earlier_patient_keys,
    lookup_keys = n.lookup_keys
  from new_state n
  where n.exists_already and d.shard_key = n.shard_key and d.document_key = n.document_key
    and (n.event_time, n.event_rank, n.log_id, n.fingerprint) > (d.event_time, d.event_rank, d.log_id, d.fingerprint)
  returning d.shard_key, d.document_key
),
settled as (
  select
    d.*,
    case
      when earlier_id = delivery_id then earlier_outcome -- this delivery itself, whose acknowledgement was lost
      when earlier_id is not null or is_repeated then 'duplicate'
      when is_forbidden then 'forbidden'
      when rejection is not null then rejection
      when not is_winner and not is_winner_over_original then 'stale'
      when kind = 'Replace' and original_key is null then 'revised'
      when kind = 'Replace' and not is_winner_over_original then 'replaced-stale'
      when kind = 'Replace' and original_state is null then 'replaced-unknown'
      when kind = 'Replace' then 'replaced'
      when kind = 'Delete' and current_state is null then 'deleted-unknown'
      when kind = 'Delete' then 'deleted'
      when current_state is null then 'created'
      when current_state = 'deleted' then 'revived'
      when is_unchanged then 'unchanged'
      else 'revised'
    end as outcome
  from decided d
  left join updated own on own.shard_key = d.shard_key and own.document_key = d.document_key
  left join updated other on other.shard_key = d.original_shard and other.document_key = d.original_key
  cross join lateral (
    select
      is_greater and (current_state is null or own.document_key is not null) as is_winner,
      is_greater_than_original and (original_state is null or other.document_key is not null) as is_winner_over_original
  ) as w
),
recorded as (
  insert into delivery (
\ir DeliveryColumns.sql
    , outcome, event_time, event_time_adjusted_from, document_key, document_id, original_document_id, fingerprint, idempotency_key,
    content_bytes)
  select
\ir DeliveryValues.sql
    , outcome, event_time, event_time_adjusted_from, document_key, document_id, original_document_id,
    fingerprint, case when is_applied or is_repeated then idempotency_key end, content_length
  from settled request
  where outcome not in ('forbidden', 'hidden-document', 'moved-document', 'other-patient')
    -- this delivery itself may have been committed before; a scalar subquery reads by index, where PostgreSQL may hash the table for
    -- "exists"
    and (earlier_id is null or (
      select own.delivery_id from delivery own where own.shard_key = request.shard_key and own.delivery_id = request.delivery_id) is null)
),
versioned as (
  insert into document_version (
    shard_key, document_key, delivery_id, state, last_updated, event_time, event_rank, log_id, fingerprint,
    replaced_by_shard, replaced_by_key,
    content_length, content_checksum, content_sha256, envelope, content, resource, created_from, created_to)
  select
    shard_key, document_key, delivery_id, case kind when 'Delete' then 'deleted' else 'current' end, changed_at, event_time, event_rank,
    coalesce(log_id, ''), fingerprint, null, null, content_length, content_checksum, content_sha256,
    (@envelope::bytea[])[place::int], (@content::bytea[])[place::int], (@resource::bytea[])[place::int], created_from, created_to
  from settled
  where is_applied and outcome <> 'unchanged'
  union all
  select
    original_shard, original_key, delivery_id, 'superseded', changed_at, event_time, event_rank, coalesce(log_id, ''),
    fingerprint, shard_key, document_key, null, null, null, null, null, null, null, null
  from settled
  where is_applied and original_key is not null
)
-- A delivery that finds itself writes nothing and would not wait for a standby, although its earlier commit may not be replicated. The
-- message in the write-ahead log makes this commit wait for both (docs/decisions/0016).
select
  delivery_id, outcome,
  -- of the version that the event brought or left as it was
  case
    when earlier_id = delivery_id then (
      select v.last_updated
      from document_version v
      where v.shard_key = settled.shard_key and v.document_key = settled.document_key and v.delivery_id = settled.delivery_id)
    when outcome = 'unchanged' then current_last_updated
    when is_applied then changed_at
  end as last_updated,
  case when earlier_id = delivery_id then pg_logical_emit_message(true, 'Redox.Media', '') end
from settled;
