-- Moves a document, which is locked, to another patient, and records that. The document gets a version that is derived from one that its
-- source sent, @moved_from uuid: with the message @envelope and the resource @resource bytea, and everything else of that version; its
-- slices are copied by CopySlices.sql, and a file that is still to be fetched is awaited for it too. The event that is current stays so.
-- @version uuid: the version that was current. @shard_key bigint, @document_key and @correction_id uuid, @staff and @reason text;
-- @patient_keys and @lookup_keys uuid[] as ApplyEvents.sql has them. The identifiers so far become those of the wrong patient, as far as the right one does not have them.
with now as materialized (
  select clock_timestamp() as at
),
changed as (
  update document d set
    version = @correction_id,
    last_updated = now.at,
    moved_at = now.at,
    patient_keys = @patient_keys,
    earlier_patient_keys = null,
    lookup_keys = @lookup_keys,
    wrong_patient_keys = keys_without(d.wrong_patient_keys || d.patient_keys || d.earlier_patient_keys, @patient_keys)
  from now
  where d.shard_key = @shard_key and d.document_key = @document_key
  returning d.shard_key, d.document_key, d.last_updated
),
versioned as (
  insert into document_version (
    shard_key, document_key, delivery_id, state, last_updated, event_time, event_rank, log_id, fingerprint,
    content_length, content_checksum, content_sha256, envelope, content, resource, created_from, created_to)
  select
    v.shard_key, v.document_key, @correction_id, v.state, changed.last_updated, v.event_time, v.event_rank, v.log_id, v.fingerprint,
    v.content_length, v.content_checksum, v.content_sha256, @envelope, v.content, @resource, v.created_from, v.created_to
  from changed
  join document_version v
    on v.shard_key = changed.shard_key and v.document_key = changed.document_key and v.delivery_id = @moved_from
),
awaited as (
  insert into remote_file (shard_key, document_key, delivery_id, source, url, host, state, created_at, next_try_at, settled_at)
  select r.shard_key, r.document_key, @correction_id, r.source, r.url, r.host, r.state, r.created_at, r.next_try_at, r.settled_at
  from changed
  join remote_file r on r.shard_key = changed.shard_key and r.document_key = changed.document_key and r.delivery_id = @moved_from
  where r.state is distinct from 'stored'
)
insert into document_correction (
  shard_key, document_key, correction_id, act, corrected_at, staff, reason, version, moved_from)
select shard_key, document_key, @correction_id, 'move', last_updated, @staff, @reason, @version, @moved_from
from changed
returning corrected_at;
