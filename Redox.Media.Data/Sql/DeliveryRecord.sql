-- What support staff see of a delivery, named as the members of DeliveryRecord; a part of the statements of the delivery log.
  d.delivery_id as DeliveryId, d.received_at as ReceivedAt, d.caller as Caller, d.outcome as OutcomeName, d.source as Source,
  d.data_model as DataModel, d.event_type as EventType, d.event_time as EventTime,
  d.event_time_adjusted_from as EventTimeAdjustedFrom, d.is_test as Test, d.log_id as LogId,
  d.attempt_id as AttemptId, d.other_ids as OtherIds, d.document_id as DocumentId, d.original_document_id as OriginalDocumentId,
  d.violations as Violations, d.body_bytes as BodyBytes, d.content_bytes as ContentBytes, d.found as DocumentsFound,
  d.query_rule as QueryRule, case when d.body_key is not null then coalesce(repeat.repeats, 0) end as BodyRepeats,
  coalesce(d.body_omitted, false) as BodyOmitted,
  d.stage_us[1] / 1000::float8 as ReceiveMilliseconds, d.stage_us[2] / 1000::float8 as ValidateMilliseconds,
  d.stage_us[3] / 1000::float8 as WaitMilliseconds,
  releases.delivery_id as Releases, released.released_by as ReleasedBy
from delivery d
left join delivery_release released on released.shard_key = d.shard_key and released.delivery_id = d.delivery_id
-- "offset 0" makes PostgreSQL look up the whole key, in the one partition of the month
left join lateral (
  select repeats
  from delivery_body_repeat
  where shard_key = d.body_shard and body_key = d.body_key and month = date_trunc('month', d.received_at at time zone 'UTC')::date
  offset 0
) repeat on true
left join delivery_release releases on releases.released_by = d.delivery_id
