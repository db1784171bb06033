-- A document by its FHIR id, as it is now or at @version, and the row that says who asked, in the same transaction.
-- The id is the shard key and the upper half of the document's key: @document_shard bigint, @first_key and @last_key uuid, a range of
-- the primary key that holds one document. @version uuid, null for the current one. @sources text[], null for all.
-- @bytes_along bigint: a file of up to so many bytes comes along.
-- A document that is deleted or superseded is found without a version: it is gone, and so are its earlier versions.
with found as (
  select
    d.shard_key, d.document_key, d.source, d.document_id, d.replaced_by_shard, d.replaced_by_key,
    v.delivery_id as version, v.delivery_id = d.version as is_current, v.content_length, v.content_sha256, v.envelope, v.resource,
    case when v.content_length <= @bytes_along then v.content end as content
  from document d
  left join version v
    on v.shard_key = d.shard_key and v.document_key = d.document_key and v.delivery_id = coalesce(@version, d.version)
    and d.state = 'current' and v.state = 'current'
  where d.shard_key = @document_shard and d.document_key between @first_key and @last_key
    and (@sources is null or d.source = any (@sources))
    and (d.state <> 'current' or v.delivery_id is not null)
    and (d.state <> 'current' or d.is_available or v.resource is not null)
),
asked as (
  insert into delivery (
    shard_key, delivery_id, received_at, speaker, outcome, source, data_model, event_type, is_test,
    log_id, attempt_id, other_ids, log_hash, attempt_hash, other_hashes, body_bytes, document_key, document_id, found)
  select
    @shard_key, @delivery_id, @received_at, @speaker, 'answered', @source, @data_model, @event_type, @is_test,
    @log_id, @attempt_id, @other_ids, @log_hash, @attempt_hash, @other_hashes, @body_bytes,
    (select document_key from found), (select document_id from found), (select count(version) from found)
  on conflict (shard_key, delivery_id) do nothing
)
select * from found;
