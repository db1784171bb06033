-- A page of the documents that meet all criteria, walking the archive from its last change on: for searches that no patient, visit or
-- identifier narrows. Parameters as in FhirSearch. Nobody counts them all, so there is no total.
with page as (
  select d.shard_key, d.document_key, d.version, substring(uuid_send(d.version) from 9) as change
  from document d
  join version v on v.shard_key = d.shard_key and v.document_key = d.document_key and v.delivery_id = d.version
  where d.state = 'current'
    and (@after_change is null or (substring(uuid_send(d.version) from 9), d.document_key) < (@after_change, @after_key))
    and (@sources is null or d.source = any (@sources))
    and d.is_test = @test and (d.is_available or d.search_keys @> array[@born])
    and (@updated_from is null or substring(uuid_send(d.version) from 9) >= @updated_from)
    and (@updated_before is null or substring(uuid_send(d.version) from 9) < @updated_before)
    and (not @by_identifier or d.search_keys && @identifier_keys or exists (
      select from unnest(@document_id_keys, @document_id_sources) as i (id_key, id_source)
      where id_key = d.document_id_key and (id_source is null or id_source = d.source)))
    and not exists (
      select from generate_series(1, @criteria) as c (number)
      where not (c.number = any (@any_redox) and not d.search_keys @> array[@born]) and not exists (
        select from unnest(@criterion_numbers, @criterion_keys, @criterion_born) as k (number, key, born)
        where k.number = c.number and k.born = (d.search_keys @> array[@born]) and k.key = any (d.search_keys)))
    and not exists (
      select from unnest(@created_prefixes, @created_from, @created_to) as t (prefix, first, last)
      where not coalesce(case t.prefix
        when 'eq' then t.first <= v.created_from and v.created_to <= t.last
        when 'ne' then not (t.first <= v.created_from and v.created_to <= t.last)
        when 'gt' then v.created_to > t.last
        when 'ge' then v.created_to > t.last or (t.first <= v.created_from and v.created_to <= t.last)
        when 'lt' then v.created_from < t.first
        when 'le' then v.created_from < t.first or (t.first <= v.created_from and v.created_to <= t.last)
        when 'sa' then v.created_from >= t.last
        when 'eb' then v.created_to <= t.first
      end, false))
  order by substring(uuid_send(d.version) from 9) desc, d.document_key desc
  limit @count + 1
),
asked as (
  insert into delivery (
    shard_key, delivery_id, received_at, speaker, outcome, source, data_model, event_type, is_test,
    log_id, attempt_id, other_ids, log_hash, attempt_hash, other_hashes, body_bytes, found)
  select
    @shard_key, @delivery_id, @received_at, @speaker, 'answered', @source, @data_model, @event_type, @is_test,
    @log_id, @attempt_id, @other_ids, @log_hash, @attempt_hash, @other_hashes, @body_bytes, least(@count, (select count(*) from page))
  where @asked
  on conflict (shard_key, delivery_id) do nothing
)
select null::bigint as total, shard_key, document_key, version
from page
order by change desc, document_key desc;
