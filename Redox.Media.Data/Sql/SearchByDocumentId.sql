-- The current documents that DocumentIDs name, each followed to what replaced it, narrowed by the other criteria; and the row that says
-- who asked and how many were found, in the same transaction.
-- @document_ids uuid[]; the rest as in SearchByKey. A chain cannot turn in a circle: along it the winning events only become greater.
with recursive named as (
  select shard_key, document_key, state, replaced_by_shard, replaced_by_key
  from document
  where document_id_key = any (@document_ids) and (@sources is null or source = any (@sources))
  union
  select next.shard_key, next.document_key, next.state, next.replaced_by_shard, next.replaced_by_key
  from named
  join document next on next.shard_key = named.replaced_by_shard and next.document_key = named.replaced_by_key
  where named.state = 'superseded'
),
found as (
  select d.shard_key, d.document_key, d.version, d.content_length, d.event_time, d.log_id, d.fingerprint
  from named
  join document d on d.shard_key = named.shard_key and d.document_key = named.document_key
  where named.state = 'current'
    and d.is_available and (@test or not d.is_test)
    -- patient_keys outlive an event that names no patient, search_keys do not: what is found is what the winner says
    and (@patient_ids is null or d.search_keys && @patient_ids
      and (d.search_keys && @untyped_patient_ids or d.patient_keys && @patient_identifiers))
    and (@visit_numbers is null or d.search_keys && @visit_numbers)
    and (@document_types is null or d.search_keys && @document_types)
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
