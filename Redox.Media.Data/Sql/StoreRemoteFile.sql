-- Gives versions of a document, which is locked, the file that was fetched for them: the document gets a version for each, derived from it,
-- with the file and everything else as it is. Which event is current does not change. Of a version that is not the current one, the derived
-- one has the same time: it is shown to nobody to whom that one was not shown, such as after a move to another patient.
-- @shard_key bigint, @document_key uuid; @delivery_ids and @stored_as uuid[], the versions and the derived ones; @fetched uuid, the version
-- whose slices are the file; @now timestamptz; @content_length and @content_checksum bigint, @content_sha256 bytea; @is_inline boolean:
-- whether the file is one slice that goes into the row of the version.
with now as materialized (
  select clock_timestamp() as at
),
settled as (
  update remote_file r
  set state = 'stored', settled_at = @now, stored_as = w.stored_as, failure = null, status = null, lease_owner = null, lease_until = null,
    first_tried_at = coalesce(r.first_tried_at, @now), last_tried_at = coalesce(r.last_tried_at, @now)
  from unnest(@delivery_ids, @stored_as) as w (delivery_id, stored_as)
  where r.shard_key = @shard_key and r.document_key = @document_key and r.delivery_id = w.delivery_id
  returning r.shard_key, r.document_key, r.delivery_id, r.stored_as
),
changed as (
  update document d
  set version = s.stored_as, content_length = @content_length, last_updated = now.at
  from settled s
  cross join now
  where d.shard_key = s.shard_key and d.document_key = s.document_key and d.version = s.delivery_id
  returning d.version
),
versioned as (
  insert into document_version (
    shard_key, document_key, delivery_id, state, last_updated, event_time, event_rank, log_id, fingerprint,
    content_length, content_checksum, content_sha256, envelope, content, resource, created_from, created_to)
  select
    v.shard_key, v.document_key, s.stored_as, v.state, case when changed.version is not null then now.at else v.last_updated end,
    v.event_time, v.event_rank, v.log_id, v.fingerprint, @content_length, @content_checksum, @content_sha256, v.envelope,
    case when @is_inline then (
      select bytes from remote_file_slice where shard_key = @shard_key and delivery_id = @fetched and slice = 0) end,
    v.resource, v.created_from, v.created_to
  from settled s
  cross join now
  join document_version v on v.shard_key = s.shard_key and v.document_key = s.document_key and v.delivery_id = s.delivery_id
  left join changed on changed.version = s.stored_as
)
insert into content_slice (shard_key, delivery_id, slice, bytes)
select s.shard_key, s.stored_as, f.slice, f.bytes
from settled s
join remote_file_slice f on f.shard_key = @shard_key and f.delivery_id = @fetched
where not @is_inline;
