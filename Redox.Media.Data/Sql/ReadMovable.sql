-- What a move needs to know of a document: its current version, and the version that a source sent from which that is derived, if it is
-- itself that of a move. @shard_key bigint, @document_key uuid.
select
  d.state, d.last_updated, coalesce(c.moved_from, d.version) as received_version, shown.envelope as current_envelope,
  received.envelope, received.resource
from document d
left join document_correction c
  on c.shard_key = d.shard_key and c.document_key = d.document_key and c.correction_id = d.version
left join document_version shown
  on shown.shard_key = d.shard_key and shown.document_key = d.document_key and shown.delivery_id = d.version
left join document_version received
  on received.shard_key = d.shard_key and received.document_key = d.document_key
  and received.delivery_id = coalesce(c.moved_from, d.version)
where d.shard_key = @shard_key and d.document_key = @document_key;
