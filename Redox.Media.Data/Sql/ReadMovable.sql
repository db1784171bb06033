-- What a move needs to know of a document: its current version, and the version that a source sent from which that is derived, if it is
-- itself that of a move. A version whose file was fetched from another host stands for the one that named it. @shard_key bigint,
-- @document_key uuid.
select
  d.state, d.last_updated, received.delivery_id as received_version, shown.envelope as current_envelope,
  received.envelope, received.resource, coalesce(sent.delivery_id, received.delivery_id) as sent_by
from document d
left join document_version shown
  on shown.shard_key = d.shard_key and shown.document_key = d.document_key and shown.delivery_id = d.version
left join remote_file own on own.shard_key = d.shard_key and own.document_key = d.document_key and own.stored_as = d.version
left join document_correction c
  on c.shard_key = d.shard_key and c.document_key = d.document_key and c.correction_id = coalesce(own.delivery_id, d.version)
left join remote_file file
  on file.shard_key = d.shard_key and file.document_key = d.document_key and file.delivery_id = c.moved_from and file.state = 'stored'
left join document_version received
  on received.shard_key = d.shard_key and received.document_key = d.document_key
  and received.delivery_id = coalesce(file.stored_as, c.moved_from, d.version)
left join remote_file sent
  on sent.shard_key = d.shard_key and sent.document_key = d.document_key and sent.stored_as = received.delivery_id
where d.shard_key = @shard_key and d.document_key = @document_key;
