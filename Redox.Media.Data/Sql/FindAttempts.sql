-- The deliveries of one log ID from one source, newest first. @log_id text, @hash bigint, @source text, @limit int.
select
  delivery_id as DeliveryId, received_at as ReceivedAt, caller as Caller, outcome as Outcome, source as Source,
  data_model as DataModel, event_type as EventType, event_time as EventTime, is_test as Test, log_id as LogId, attempt_id as AttemptId,
  other_ids as OtherIds, document_id as DocumentId, original_document_id as OriginalDocumentId, violations as Violations,
  body_bytes as BodyBytes, content_bytes as ContentBytes, found as Found,
  releases as Releases, released_by as ReleasedBy
from delivery
where log_hash = @hash and log_id = @log_id and source = @source
order by received_at desc, delivery_id desc
limit @limit;
