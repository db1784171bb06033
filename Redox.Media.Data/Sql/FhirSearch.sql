-- A page of the documents that one of three ways leads to and that meet all criteria, the last changed first; and the row that says
-- who asked and how many were handed out, in the same transaction.
-- Ways, all but one of them empty: @id_shards bigint[], @id_first and @id_last uuid[] (ranges of the primary key, see FhirRead);
-- @lead_keys uuid[] (search keys); @lead_document_ids uuid[].
-- Criteria: @criterion_numbers int[], @criterion_keys uuid[], @criterion_born boolean[] say which keys meet which of @criteria int, for
-- a document that came as a resource (carries @born uuid) or that did not; @any_redox int[] are met by all that did not.
-- @by_identifier boolean, @identifier_keys uuid[], @document_id_keys uuid[], @document_id_sources text[]: identifiers, DocumentIDs.
-- @created_prefixes text[], @created_from and @created_to timestamptz[]; @updated_from and @updated_before bytea, null when not asked.
-- @after_change bytea and @after_key uuid: where the page before ended, null for the first. @count int. @asked boolean: leave the row.
with candidate as (
  select d.shard_key, d.document_key
  from unnest(@id_shards, @id_first, @id_last) as i (shard_key, first_key, last_key)
  join document d on d.shard_key = i.shard_key and d.document_key between i.first_key and i.last_key
  union
  select shard_key, document_key from document where search_keys && @lead_keys and state = 'current'
  union
  select shard_key, document_key from document where document_id_key = any (@lead_document_ids)
),
found as materialized (
  select d.shard_key, d.document_key, d.version, substring(uuid_send(d.version) from 9) as change
  from candidate
  join document d on d.shard_key = candidate.shard_key and d.document_key = candidate.document_key
  join version v on v.shard_key = d.shard_key and v.document_key = d.document_key and v.delivery_id = d.version
  where d.state = 'current'
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
),
page as (
  select *
  from found
  where @after_change is null or (change, document_key) < (@after_change, @after_key)
  order by change desc, document_key desc
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
select (select count(*) from found) as total, shard_key, document_key, version
from (select) as always
left join page on true
order by change desc, document_key desc;
