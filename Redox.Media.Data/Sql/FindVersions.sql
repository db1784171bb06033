-- A document's versions in event order, named as the members of DocumentVersion. @shard_key bigint, @document_key uuid.
select
  v.delivery_id as DeliveryId, v.state as State, v.event_time as EventTime, nullif(v.log_id, '') as LogId,
  v.content_length as ContentBytes, encode(v.content_sha256, 'hex') as ContentSha256, successor.document_id as SupersededBy,
  case
    when d.state = 'current' then v.delivery_id = d.version
    -- deliveries without a log ID may have the same event time and fingerprint: the first of them is the current event
    else (v.event_time, v.log_id, v.fingerprint) = (d.event_time, d.log_id, d.fingerprint)
      and row_number() over (partition by v.event_time, v.log_id, v.fingerprint order by v.delivery_id) = 1
  end as IsCurrent
from document_version v
join document d on d.shard_key = v.shard_key and d.document_key = v.document_key
left join document successor on successor.shard_key = v.replaced_by_shard and successor.document_key = v.replaced_by_key
where v.shard_key = @shard_key and v.document_key = @document_key
order by v.event_time, v.event_rank, v.log_id, v.fingerprint, v.delivery_id;
