-- Deliveries by any ID that support staff may have, newest first. The hash finds, the text decides.
-- @id text, @hash bigint, @delivery_id uuid and @shard_key bigint (null unless the text is one of our IDs), @limit int.
select
  delivery_id as DeliveryId, received_at as ReceivedAt, caller as Caller, outcome as Outcome, source as Source,
  data_model as DataModel, event_type as EventType, event_time as EventTime, is_test as Test, log_id as LogId, attempt_id as AttemptId,
  other_ids as OtherIds, document_id as DocumentId, original_document_id as OriginalDocumentId, violations as Violations,
  body_bytes as BodyBytes, content_bytes as ContentBytes, found as Found,
  releases as Releases, released_by as ReleasedBy
from delivery
where (shard_key = @shard_key and delivery_id = @delivery_id)
  or (log_hash = @hash and log_id = @id)
  or (attempt_hash = @hash and attempt_id = @id)
  or (other_hashes @> array[@hash] and @id = any (other_ids))
order by received_at desc, delivery_id desc
limit @limit;
