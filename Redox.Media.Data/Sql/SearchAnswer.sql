-- How both searches end: the row that says who asked and how many were found, and what was found, newest first.
-- @max_inline int, @max_inline_bytes bigint: how many documents, and of how many bytes of content together, come along with the search, so that
-- a small answer costs one round trip; the rest is read when it is written.
asked as (
  insert into delivery (
    shard_key, delivery_id, received_at, caller, outcome, source, data_model, event_type, is_test,
    log_id, attempt_id, other_ids, log_hash, attempt_hash, other_hashes, body_bytes, found)
  values (
    @shard_key, @delivery_id, @received_at, @caller, 'answered', @source, @data_model, @event_type, @is_test,
    @log_id, @attempt_id, @other_ids, @log_hash, @attempt_hash, @other_hashes, @body_bytes, (select count(*) from found))
  on conflict (shard_key, delivery_id) do nothing
),
placed as (
  select
    shard_key, document_key, version, content_length,
    row_number() over newest_first as place,
    sum(coalesce(content_length, 0)) over newest_first as bytes
  from found
  window newest_first as (order by event_time desc, log_id desc, fingerprint desc, document_key)
)
select p.shard_key, p.document_key, p.version, p.content_length, along.envelope, along.content
from placed p
left join lateral (
  select v.envelope, v.content
  from document_version v
  where v.shard_key = p.shard_key and v.document_key = p.document_key and v.delivery_id = p.version
    and p.place <= @max_inline and p.bytes <= @max_inline_bytes
) along on true
order by p.place;
