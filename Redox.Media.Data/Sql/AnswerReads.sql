-- Documents by their FHIR ids, each as it is now or at a version, and the rows that say who asked: many in one statement and one commit.
-- One row of the arrays is one question: the delivery that asked (as in ApplyEvents) and its @place int among them.
-- The id is the shard key and the upper half of the document's key: @document_shard bigint, @first_key and @last_key uuid, a range of
-- the primary key that holds one document. @version uuid, null for the current one. @sources text[] of all questions, of which a question
-- may see those from @sources_from to @sources_to, or all when these are null. @max_inline_bytes int: a file of up to so many bytes comes along.
-- A document that is deleted or superseded is found without a version: it is gone, and so are its earlier versions.
-- A question whose answer was lost is asked again by itself, in these same words; its row may have been committed, hence no complaint about one
-- that is there.
with question as (
  select *
  from unnest(
    @shard_key, @delivery_id, @received_at, @caller, @source, @data_model, @event_type, @is_test,
    @log_id, @attempt_id, @other_ids, @log_hash, @attempt_hash, @other_hashes, @body_bytes,
    @place, @document_shard, @first_key, @last_key, @version, @max_inline_bytes, @sources_from, @sources_to
  ) as q (
    shard_key, delivery_id, received_at, caller, source, data_model, event_type, is_test,
    log_id, attempt_id, other_ids, log_hash, attempt_hash, other_hashes, body_bytes,
    place, document_shard, first_key, last_key, version, max_inline_bytes, sources_from, sources_to
  )
),
found as materialized (
  select
    d.shard_key, d.document_key, d.source, d.document_id, d.replaced_by_shard, d.replaced_by_key,
    v.delivery_id as version, v.delivery_id = d.version as is_current, v.content_length, v.content_sha256, v.envelope, v.resource,
    case when v.content_length <= q.max_inline_bytes then v.content end as content,
    q.place
  from question q
  join document d on d.shard_key = q.document_shard and d.document_key between q.first_key and q.last_key
  left join document_version v
    on v.shard_key = d.shard_key and v.document_key = d.document_key and v.delivery_id = coalesce(q.version, d.version)
    and d.state = 'current' and v.state = 'current'
  where (q.sources_from is null or d.source = any ((@sources::text[])[q.sources_from:q.sources_to]))
    and (d.state <> 'current' or v.delivery_id is not null)
    and (d.state <> 'current' or d.is_available or v.resource is not null)
),
asked as (
  insert into delivery (
    shard_key, delivery_id, received_at, caller, outcome, source, data_model, event_type, is_test,
    log_id, attempt_id, other_ids, log_hash, attempt_hash, other_hashes, body_bytes, document_key, document_id, found)
  select
    q.shard_key, q.delivery_id, q.received_at, q.caller, 'answered', q.source, q.data_model, q.event_type, q.is_test,
    q.log_id, q.attempt_id, q.other_ids::text[], q.log_hash, q.attempt_hash, q.other_hashes::bigint[], q.body_bytes,
    f.document_key, f.document_id, case when f.version is null then 0 else 1 end
  from question q
  left join found f on f.place = q.place
  on conflict (shard_key, delivery_id) do nothing
)
select * from found;
