-- The current documents that carry one of @keys (the kind of criterion that finds fewest: patients, else visits, else types) and meet
-- the other criteria; and the row that says who asked and how many were found, in the same transaction.
-- @keys, @untyped_patient_ids, @patient_identifiers, @visit_numbers, @document_types uuid[]: digests; a kind that was not asked is null.
-- @patient_ids uuid[]: those of all patients asked for, with or without a type. @sources text[]: null for all. @test boolean.
-- @most_along int, @bytes_along bigint: how many documents, and of how many bytes of content together, come along.
with found as (
  select shard_key, document_key, version, content_length, event_time, log_id, fingerprint
  from document d
  where state = 'current'
    and search_keys && @keys
    and is_available and (@test or not is_test)
    and (@sources is null or source = any (@sources))
    and (@patient_ids is null or search_keys && @untyped_patient_ids or patient_keys && @patient_identifiers)
    and (@visit_numbers is null or search_keys && @visit_numbers)
    and (@document_types is null or search_keys && @document_types)
),
asked as (
  insert into delivery (
    shard_key, delivery_id, received_at, speaker, outcome, source, data_model, event_type, is_test,
    log_id, attempt_id, other_ids, log_hash, attempt_hash, other_hashes, body_bytes, found)
  values (
    @shard_key, @delivery_id, @received_at, @speaker, 'answered', @source, @data_model, @event_type, @is_test,
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
-- The first few come along with the search, so that a small answer costs one round trip; the rest is read when it is written.
select p.shard_key, p.document_key, p.version, p.content_length, along.envelope, along.content
from placed p
left join lateral (
  select v.envelope, v.content
  from version v
  where v.shard_key = p.shard_key and v.document_key = p.document_key and v.delivery_id = p.version
    and p.place <= @most_along and p.bytes <= @bytes_along
) along on true
order by p.place;
