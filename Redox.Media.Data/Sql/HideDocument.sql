-- Hides a document, which is locked, or shows it again (@hidden boolean), and records that. @shard_key bigint, @document_key and
-- @correction_id uuid, @act, @staff and @reason text. The time of the change moves: a client that asks for what has changed since its last
-- search finds the document when it is shown again.
with changed as (
  update document set is_hidden = @hidden, last_updated = clock_timestamp()
  where shard_key = @shard_key and document_key = @document_key
  returning shard_key, document_key, last_updated, version
)
insert into document_correction (shard_key, document_key, correction_id, act, corrected_at, staff, reason, version)
select shard_key, document_key, @correction_id, @act, last_updated, @staff, @reason, version
from changed
returning corrected_at;
